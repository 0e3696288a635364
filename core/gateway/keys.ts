import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { AiosError, type Principal } from "../contract/index.ts";
import { intersect, mintKey, permissionSchema } from "../security/index.ts";
import { type ApiKeyRow, apiKeys } from "../store/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { body, json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const shownKey = z
	.object({
		id: z.string(),
		name: z.string(),
		prefix: z.string(),
		user_id: z.string(),
		scopes: z.array(z.string()),
		ask: z.array(z.string()),
		created_at: z.string(),
		expires_at: z.string().nullable(),
		last_used_at: z.string().nullable(),
		revoked_at: z.string().nullable(),
	})
	.openapi("ApiKey");
const newKey = shownKey.extend({ key: z.string() }).openapi("NewApiKey");
const dayMs = 86_400_000;
/** Strict: an expiry or a limit that is misspelt must not be a key without it. */
const wanted = z.strictObject({
	name: z.string().trim().min(1).max(100),
	scopes: z.array(permissionSchema).min(1).max(100).default(["*:*:*"]),
	/** Calls that ask first. */
	ask: z.array(permissionSchema).max(100).default([]),
	expires_in_days: z.number().int().min(1).max(3_650).optional(),
	/** ISO 8601 with an offset; where both are given, the earlier counts. */
	expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
});
const rotation = z.strictObject({ overlap_s: z.number().int().min(0).max(2_592_000).default(86_400) });
const idParam = z.object({ id: z.string().min(1).max(100) });

type Deps = Pick<GatewayDeps, "store" | "credentials" | "clock" | "permit"> & { audit(entry: AuditEntry): void };

/** `/api_keys`: a person's own keys; an administrator's view is everyone's. */
export function keyRoutes({ store, credentials, clock, permit, audit }: Deps): GatewayApp {
	const keys = apiKeys(store);
	const app = newApp();
	const allow = (user: Principal, effect: "read" | "write") =>
		permit(user, { server: "aios", name: "api_keys", effect, role: effect === "read" ? "guest" : "user" });

	function own(user: Principal, id: string): ApiKeyRow {
		const key = keys.byId(id);
		if (key !== undefined && (key.userId === user.id || user.base === "administrator")) return key;
		throw new AiosError("not_found", "There is no such key.");
	}
	/** A key's maker, where it is a key, is outlived by none that it makes. */
	function noLater(expiresAt: number | null, by: Principal): number | null {
		return earlier(expiresAt, by.via === "key" ? own(by, by.credential ?? "").expiresAt : null);
	}
	function mint(row: Pick<ApiKeyRow, "name" | "userId" | "scopes" | "ask" | "expiresAt">) {
		const { key, prefix, hash } = mintKey();
		const createdAt = clock.now().getTime();
		const full = { ...row, id: randomUUID(), prefix, hash, createdAt, lastUsedAt: null, revokedAt: null };
		keys.add(full);
		credentials.changed();
		return { ...shown(full), key };
	}

	app.openapi(
		createRoute({
			method: "post",
			path: "/api_keys",
			operationId: "createApiKey",
			summary: "Make an API key. The key itself is in this answer only",
			request: { body: body(wanted) },
			responses: { 201: json(newKey, "The new key."), ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "write");
			const { name, scopes, ask, expires_in_days: days, expires_at: at } = c.req.valid("json");
			const granted = intersect(user.permissions, scopes);
			if (granted.length === 0) {
				throw new AiosError("forbidden", "A key can't have rights that its owner does not have.");
			}
			const now = clock.now().getTime();
			const until = earlier(days === undefined ? null : now + days * dayMs, at ? Date.parse(at) : null);
			if (until !== null && until <= now) throw new AiosError("bad_request", `expires_at is over already: ${at}.`);
			const expiresAt = noLater(until, user);
			const made = mint({ name, userId: user.id, scopes: granted, ask: asked(ask, user), expiresAt });
			audit({ action: "key.create", target: made.id, outcome: "done", origin: c.env?.from ?? "", user });
			return c.json(made, 201);
		},
	);
	app.openapi(
		createRoute({
			method: "get",
			path: "/api_keys",
			operationId: "listApiKeys",
			summary: "One's own keys, newest first; for an administrator with `all` everyone's",
			request: { query: z.object({ all: z.enum(["true", "false"]).optional() }) },
			responses: { 200: json(z.object({ keys: z.array(shownKey) }), "The keys, without their secrets."), ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "read");
			const everyone = c.req.valid("query").all === "true" && user.base === "administrator";
			return c.json({ keys: keys.all(everyone ? undefined : user.id).map(shown) }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/api_keys/{id}",
			operationId: "revokeApiKey",
			summary: "Revoke a key at once",
			request: { params: idParam },
			responses: { 204: { description: "It is refused from now on." }, ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "write");
			const { id } = own(user, c.req.valid("param").id);
			keys.revoke(id, clock.now().getTime());
			credentials.changed();
			audit({ action: "key.revoke", target: id, outcome: "done", origin: c.env?.from ?? "", user });
			return c.body(null, 204);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/api_keys/{id}/rotate",
			operationId: "rotateApiKey",
			summary: "Make a successor of the same rights; the old key stays good for `overlap_s` seconds",
			request: { params: idParam, body: { content: { "application/json": { schema: rotation } } } },
			responses: { 201: json(newKey, "The successor."), ...problems },
		}),
		(c) => {
			const { user } = c.var;
			allow(user, "write");
			const old = own(user, c.req.valid("param").id);
			const now = clock.now().getTime();
			if (old.revokedAt !== null || (old.expiresAt ?? now + 1) <= now) {
				throw new AiosError("conflict", "A key that is no longer good can't be rotated.", { fix: "Make a new one." });
			}
			const given = rotation.safeParse(c.req.valid("json") ?? {});
			const { name, userId, scopes, expiresAt } = old;
			// The caller gets to know it, so it must not open more to them than is open already.
			const opens = intersect(credentials.person(userId)?.permissions ?? [], scopes);
			const allowed = intersect(user.permissions, opens);
			if (opens.some((one) => !allowed.includes(one))) {
				throw new AiosError("forbidden", "A key can be rotated only with all the rights that it has.");
			}
			const made = mint({ name, userId, scopes, ask: asked(old.ask, user), expiresAt: noLater(expiresAt, user) });
			keys.expireAt(old.id, now + (given.success ? given.data.overlap_s : 0) * 1000);
			credentials.changed();
			audit({ action: "key.rotate", target: old.id, outcome: "done", origin: c.env?.from ?? "", user });
			return c.json(made, 201);
		},
	);
	return app;
}

/** What its maker is asked about, the key is asked about. */
function asked(ask: readonly string[], by: Principal): string[] {
	return [...new Set([...ask, ...(by.ask ?? [])])];
}

function earlier(a: number | null, b: number | null): number | null {
	return a === null ? b : b === null ? a : Math.min(a, b);
}

function shown(row: ApiKeyRow): z.output<typeof shownKey> {
	const { id, name, prefix, userId, scopes, ask, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
	return {
		id,
		name,
		prefix: `aios_${prefix}`,
		user_id: userId,
		scopes,
		ask,
		created_at: new Date(createdAt).toISOString(),
		expires_at: instant(expiresAt),
		last_used_at: instant(lastUsedAt),
		revoked_at: instant(revokedAt),
	};
}

function instant(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString();
}
