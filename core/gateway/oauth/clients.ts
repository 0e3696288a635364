import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AiosError, type Clock } from "../../contract/index.ts";
import { type ApplicationRow, applications, grants, type Store } from "../../store/index.ts";
import { isDocumentId, type Reach, readClientDocument } from "./client-document.ts";
import { applicationName } from "./names.ts";
import { isRedirect } from "./redirects.ts";
import { refusal } from "./refusal.ts";

const dayMs = 86_400_000;
/** Programs known at once. */
const maxApplications = 1_000;
/** How long one that nobody let in is remembered, and one that was let in after the last grant has ended. */
const unusedMs = 7 * dayMs;
const endedMs = 90 * dayMs;
/** Where the limit is reached: how long one that nobody let in is safe. */
const crowdedMs = 3_600_000;

const registrationSchema = z.object({
	client_name: applicationName.default("A program without a name"),
	redirect_uris: z.array(z.string().max(1_000)).min(1).max(20),
	response_types: z.array(z.string().max(100)).max(10).optional(),
	grant_types: z.array(z.string().max(100)).max(10).optional(),
});

export interface Clients {
	/** Dynamic registration (RFC 7591). Throws `invalid_client_metadata`, `invalid_redirect_uri`, `temporarily_unavailable`. */
	register(metadata: unknown): ApplicationRow;
	/** The client of this id; what it says of itself at its own address is fetched when it is not fresh. Throws `invalid_client`. */
	find(id: string): Promise<ApplicationRow>;
	/** Forgets programs and grants that are long out of use. */
	prune(): void;
}

/** The programs that may ask to be let in. All are public clients: what runs on a person's machine keeps no secret. */
export function createClients(deps: { store: Store; clock: Clock; reach: Reach | undefined }): Clients {
	const { clock, reach } = deps;
	const known = applications(deps.store);
	const allowed = grants(deps.store);
	const now = () => clock.now().getTime();

	function prune(): void {
		allowed.prune(now() - endedMs);
		known.pruneUnused(now() - unusedMs);
	}
	function makeRoom(): void {
		prune();
		if (known.count() < maxApplications) return;
		known.pruneUnused(now() - crowdedMs);
		if (known.count() < maxApplications) return;
		throw new AiosError("busy", "Too many applications are registered here.", {
			details: { oauth: "temporarily_unavailable" },
		});
	}

	return {
		prune,
		register(metadata) {
			const parsed = registrationSchema.safeParse(metadata);
			if (!parsed.success) {
				const [issue] = parsed.error.issues;
				const code = issue?.path[0] === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata";
				throw refusal(code, `${issue?.path.join(".")}: ${issue?.message}`);
			}
			const { client_name: name, redirect_uris: redirectUris, response_types: types = ["code"] } = parsed.data;
			const wrong = redirectUris.find((uri) => !isRedirect(uri));
			if (wrong !== undefined) {
				throw refusal(
					"invalid_redirect_uri",
					"A redirect URI is https, http on the loop-back, or a scheme of its own.",
				);
			}
			if (!types.includes("code")) throw refusal("invalid_client_metadata", "Only the response type code is served.");
			makeRoom();
			const row = { id: randomUUID(), name, redirectUris, createdAt: now(), freshUntil: null };
			known.put(row);
			return row;
		},
		async find(id) {
			const row = known.byId(id);
			if (row !== undefined && (row.freshUntil === null || row.freshUntil > now())) return row;
			if (!isDocumentId(id)) {
				throw refusal(
					"invalid_client",
					"This application is not registered here.",
					"Let it sign in from the beginning.",
				);
			}
			if (reach === undefined) {
				throw refusal(
					"invalid_client",
					"The setting offline keeps the assistant from reading who this application is.",
				);
			}
			const { name, redirectUris, freshMs } = await readClientDocument(id, reach);
			if (row === undefined) makeRoom();
			const fresh = { id, name, redirectUris, createdAt: row?.createdAt ?? now(), freshUntil: now() + freshMs };
			known.put(fresh);
			return fresh;
		},
	};
}
