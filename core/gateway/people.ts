import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { AiosError, type Principal } from "../contract/index.ts";
import { builtInRoles, permissionSchema } from "../security/index.ts";
import { grants, type RoleRow, roles, sessions, type UserRow, users } from "../store/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import { body, json, newApp, problems } from "./openapi.ts";
import type { GatewayApp, GatewayDeps } from "./types.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: "expected lower-case letters, digits, . _ -" });
const password = z.string().min(8).max(1_000);
const patterns = z.array(permissionSchema).max(100);
const shownUser = z
	.object({
		id: z.string(),
		name: z.string(),
		role: z.string(),
		ask: z.array(z.string()),
		disabled: z.boolean(),
		created_at: z.string(),
	})
	.openapi("User");
const shownRole = z
	.object({
		name: z.string(),
		base: z.enum(["administrator", "user", "guest"]),
		permissions: z.array(z.string()),
		ask: z.array(z.string()),
		built_in: z.boolean(),
	})
	.openapi("Role");
/** Strict: a role that is misspelt must not be the default one. Sign-in calls the name `username`, so it is taken here too. */
const newUser = z.strictObject({ password, role: z.string().default("user"), ask: patterns.default([]) });
const userParam = z.object({ name: z.string().min(1).max(100) });

type Deps = Pick<GatewayDeps, "store" | "credentials" | "signIn" | "passwords" | "clock" | "permit"> & {
	audit(entry: AuditEntry): void;
};

/** `/users` and `/roles`, for administrators. There is always an administrator left. */
export function peopleRoutes({ store, credentials, signIn, passwords, clock, permit, audit }: Deps): GatewayApp {
	const people = users(store);
	const ownRoles = roles(store);
	const signIns = sessions(store);
	const letIn = grants(store);
	const app = newApp();

	function allow(user: Principal, effect: "read" | "write", what: "users" | "roles"): void {
		permit(user, { server: "aios", name: what, effect, role: "administrator" });
		if (user.base !== "administrator") throw new AiosError("forbidden", "Only an administrator may do this.");
	}
	function known(userName: string): UserRow {
		const user = people.byName(userName);
		if (user === undefined) throw new AiosError("not_found", `There is no user ${userName}.`);
		return user;
	}
	function checkRole(role: string): void {
		if (builtInRoles.some((known) => known.name === role) || ownRoles.byName(role) !== undefined) return;
		throw new AiosError("bad_request", `There is no role ${role}.`, { fix: "GET /roles lists them." });
	}
	/** An open page, or a token that fell into other hands, changes no password by itself. */
	async function prove(user: Principal, current: string | undefined, from: string): Promise<void> {
		if (current !== undefined) return signIn.prove(user.name, current, from);
		throw new AiosError("bad_request", "To change your own password, give the one you have too: current_password.");
	}
	/** Throws `conflict` where nobody but this person could administer. */
	function keepAnAdministrator(user: UserRow): void {
		const others = people.all().filter((other) => other.id !== user.id && !other.disabled);
		if (user.role !== "administrator" || others.some(({ role }) => role === "administrator")) return;
		throw new AiosError("conflict", "There must be an administrator left.");
	}

	app.openapi(
		createRoute({
			method: "get",
			path: "/users",
			operationId: "listUsers",
			summary: "Everyone who may sign in",
			responses: { 200: json(z.object({ users: z.array(shownUser) }), "The users, by name."), ...problems },
		}),
		(c) => {
			allow(c.var.user, "read", "users");
			return c.json({ users: people.all().map(shown) }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/users",
			operationId: "createUser",
			summary: "Let someone sign in",
			request: { body: body(z.union([newUser.extend({ name }), newUser.extend({ username: name })])) },
			responses: { 201: json(shownUser, "The new user."), ...problems },
		}),
		async (c) => {
			allow(c.var.user, "write", "users");
			const wanted = c.req.valid("json");
			const called = "name" in wanted ? wanted.name : wanted.username;
			checkRole(wanted.role);
			const passwordHash = await passwords.hash(wanted.password);
			if (people.byName(called)) throw new AiosError("conflict", `There is a user ${called} already.`);
			const row = {
				id: randomUUID(),
				name: called,
				passwordHash,
				role: wanted.role,
				ask: wanted.ask,
				disabled: false,
				createdAt: clock.now().getTime(),
			};
			people.add(row);
			audit({ action: "user.create", target: row.name, outcome: "done", origin: c.env?.from ?? "", user: c.var.user });
			return c.json(shown(row), 201);
		},
	);
	app.openapi(
		createRoute({
			method: "patch",
			path: "/users/{name}",
			operationId: "changeUser",
			summary:
				"Change role, password or what asks first; disable or enable. A person may change their own password, showing the one they have",
			description:
				"Whoever changes their own password gives `current_password` too, and stays signed in here; every other sign-in of that person, and every application they let in, is ended. An API key with the right to it sets a new one without (a forgotten password).",
			request: {
				params: userParam,
				body: body(
					z.strictObject({
						role: z.string().optional(),
						password: password.optional(),
						current_password: z.string().min(1).max(1_000).optional(),
						ask: patterns.optional(),
						disabled: z.boolean().optional(),
					}),
				),
			},
			responses: { 200: json(shownUser, "The user as it is now."), ...problems },
		}),
		async (c) => {
			const { current_password: current, ...change } = c.req.valid("json");
			const by = c.var.user;
			const target = c.req.valid("param").name;
			const { password: wanted, ...rest } = change;
			const onlyPassword = wanted !== undefined && Object.keys(rest).length === 0;
			const own = target === by.name && by.via === "token";
			if (!(onlyPassword && own)) allow(by, "write", "users");
			known(target);
			if (own && wanted !== undefined) await prove(by, current, c.env?.from ?? "unknown");
			const hash = wanted === undefined ? undefined : await passwords.hash(wanted);
			// Hashing takes a while: what is true now counts, from here to the writing.
			const user = known(target);
			if (change.role !== undefined) checkRole(change.role);
			if (change.disabled === true || (change.role ?? user.role) !== user.role) keepAnAdministrator(user);
			people.update(user.id, { ...rest, passwordHash: hash ?? user.passwordHash });
			// Whoever knew the old password, or had the old rights, signs in again.
			if (wanted !== undefined || change.disabled === true) {
				signIns.revokeAll(user.id, clock.now().getTime(), own && change.disabled !== true ? by.credential : undefined);
				letIn.revokeAll(user.id, clock.now().getTime());
			}
			credentials.changed();
			audit({ action: "user.change", target: user.name, outcome: "done", origin: c.env?.from ?? "", user: by });
			return c.json(shown({ ...user, ...rest }), 200);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/users/{name}",
			operationId: "removeUser",
			summary: "Remove a user with their keys and sign-ins",
			request: { params: userParam },
			responses: { 204: { description: "Removed." }, ...problems },
		}),
		(c) => {
			allow(c.var.user, "write", "users");
			const user = known(c.req.valid("param").name);
			keepAnAdministrator(user);
			people.remove(user.id);
			credentials.changed();
			audit({ action: "user.remove", target: user.name, outcome: "done", origin: c.env?.from ?? "", user: c.var.user });
			return c.body(null, 204);
		},
	);
	app.openapi(
		createRoute({
			method: "get",
			path: "/roles",
			operationId: "listRoles",
			summary: "The built-in roles and one's own",
			responses: { 200: json(z.object({ roles: z.array(shownRole) }), "The roles."), ...problems },
		}),
		(c) => {
			allow(c.var.user, "read", "roles");
			const builtIn = builtInRoles.map((role) =>
				shownRoleOf({ ...role, permissions: [...role.permissions], ask: [] }, true),
			);
			return c.json({ roles: [...builtIn, ...ownRoles.all().map((role) => shownRoleOf(role, false))] }, 200);
		},
	);
	app.openapi(
		createRoute({
			method: "post",
			path: "/roles",
			operationId: "putRole",
			summary: "Make or change a role of one's own",
			request: {
				body: body(
					z.strictObject({
						name,
						base: z.enum(["user", "guest"]).default("user"),
						permissions: patterns,
						ask: patterns.default([]),
					}),
				),
			},
			responses: { 201: json(shownRole, "The role as it is now."), ...problems },
		}),
		(c) => {
			allow(c.var.user, "write", "roles");
			const wanted = c.req.valid("json");
			if (builtInRoles.some((role) => role.name === wanted.name)) {
				throw new AiosError("conflict", `${wanted.name} is a built-in role.`);
			}
			ownRoles.put({ ...wanted, createdAt: clock.now().getTime() });
			credentials.changed();
			audit({ action: "role.put", target: wanted.name, outcome: "done", origin: c.env?.from ?? "", user: c.var.user });
			return c.json(shownRoleOf(wanted, false), 201);
		},
	);
	app.openapi(
		createRoute({
			method: "delete",
			path: "/roles/{name}",
			operationId: "removeRole",
			summary: "Remove a role that nobody has",
			request: { params: userParam },
			responses: { 204: { description: "Removed." }, ...problems },
		}),
		(c) => {
			allow(c.var.user, "write", "roles");
			const role = c.req.valid("param").name;
			if (builtInRoles.some((known) => known.name === role)) {
				throw new AiosError("conflict", `The role ${role} is built in.`);
			}
			const holders = people.all().filter((user) => user.role === role);
			if (holders.length > 0) {
				throw new AiosError("conflict", `${holders.map((user) => user.name).join(", ")} still has the role ${role}.`);
			}
			if (!ownRoles.remove(role)) throw new AiosError("not_found", `There is no role ${role} of one's own.`);
			credentials.changed();
			audit({ action: "role.remove", target: role, outcome: "done", origin: c.env?.from ?? "", user: c.var.user });
			return c.body(null, 204);
		},
	);
	return app;
}

function shown({ id, name, role, ask, disabled, createdAt }: UserRow): z.output<typeof shownUser> {
	return { id, name, role, ask, disabled, created_at: new Date(createdAt).toISOString() };
}

function shownRoleOf(role: Omit<RoleRow, "createdAt">, builtIn: boolean): z.output<typeof shownRole> {
	const { name: roleName, base, permissions, ask } = role;
	return { name: roleName, base, permissions, ask, built_in: builtIn };
}
