import { z } from "zod";
import { AiosError, upstreamClientSchema } from "../../contract/index.ts";
import type { Credentials } from "../../credentials/index.ts";

/** What an authorization server knows this assistant as. */
const clientInfoSchema = z.object({
	client_id: z.string(),
	client_secret: z.string().optional(),
	token_endpoint_auth_method: z.string().optional(),
	/** Unix seconds; 0 for never. */
	client_secret_expires_at: z.number().optional(),
});

const keptSchema = z.object({
	/** Arranged beforehand by an administrator. */
	arranged: upstreamClientSchema.optional(),
	/** As it presented itself, to whom, and where people are sent back to. */
	registered: z.object({ info: clientInfoSchema, issuer: z.string(), redirectUrl: z.string() }).optional(),
	grant: z
		.object({
			accessToken: z.string(),
			refreshToken: z.string().optional(),
			/** Milliseconds since 1970. */
			expiresAt: z.number().optional(),
			/** Rights asked for when signing in. */
			scope: z.string().optional(),
			issuer: z.string(),
			/** RFC 8707: what the tokens are for. */
			resource: z.string().optional(),
			/** The address that demanded them; they go nowhere else. */
			endpoint: z.string(),
			client: clientInfoSchema,
			/** Id of the person who signed in; absent where nobody had to. */
			by: z.string().optional(),
		})
		.optional(),
});

export type ClientInfo = z.output<typeof clientInfoSchema>;
export type Kept = z.output<typeof keptSchema>;
export type Grant = NonNullable<Kept["grant"]>;

/** Where secrets are kept; see {@link Credentials}. */
export type Secrets = Pick<Credentials, "get" | "set" | "delete">;

/** What is kept for one address of one server. */
export interface Drawer {
	read(): Promise<Kept>;
	/** Changes it; on disk when it resolves. */
	change(change: (kept: Kept) => Kept): Promise<void>;
	empty(): Promise<void>;
}

/** Opens the drawer of a server's address. What one reads stays in memory: every request asks. */
export function openDrawer(secrets: () => Promise<Secrets>, server: string, url: string): Drawer {
	const name = `server ${server} ${url}`;
	let known: Promise<Kept> | undefined;
	let writing: Promise<void> = Promise.resolve();

	async function load(): Promise<Kept> {
		const text = await (await secrets()).get(name);
		if (text === undefined) return {};
		const parsed = keptSchema.safeParse(JSON.parse(text));
		if (parsed.success) return parsed.data;
		throw new AiosError("conflict", `What is kept of the sign-in at ${server} can't be read.`, {
			fix: `Sign out and in again: aios servers sign-out ${server}`,
			cause: parsed.error,
		});
	}
	function read(): Promise<Kept> {
		known ??= load().catch((thrown) => {
			known = undefined;
			throw thrown;
		});
		return known;
	}
	const inTurn = (work: () => Promise<void>): Promise<void> => {
		const next = writing.then(work, work);
		writing = next.catch(() => {});
		return next;
	};
	return {
		read,
		change: (change) =>
			inTurn(async () => {
				const next = change(await read());
				await (await secrets()).set(name, JSON.stringify(next));
				known = Promise.resolve(next);
			}),
		empty: () =>
			inTurn(async () => {
				await (await secrets()).delete(name);
				known = Promise.resolve({});
			}),
	};
}
