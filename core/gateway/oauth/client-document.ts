import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { z } from "zod";
import { isPublicAddress } from "../../net/index.ts";
import { readBounded } from "../../streams/index.ts";
import { applicationName } from "./names.ts";
import { isRedirect } from "./redirects.ts";
import { refusal } from "./refusal.ts";

/** The network as far as descriptions of programs need it. */
export interface Reach {
	/** Every address of a host name. */
	resolve(host: string): Promise<string[]>;
	/** Fetches a page from exactly this address, up to `limit` bytes. No redirect is followed. */
	get(url: string, address: string, limit: number): Promise<{ status: number; headers: Headers; text: string }>;
}

/** The draft asks for a limit and names 5 kB (draft-ietf-oauth-client-id-metadata-document-00, 6.6). */
const documentLimit = 5_120;
const timeoutMs = 5_000;
const maxIdLength = 500;
/** Milliseconds a description counts without a word from its server, and at most. */
const freshMs = 3_600_000;
const longestFreshMs = 86_400_000;

const documentSchema = z.object({
	client_id: z.string(),
	client_name: applicationName,
	redirect_uris: z.array(z.string().refine(isRedirect, "not an address a program may be answered at")).min(1).max(20),
	token_endpoint_auth_method: z.literal("none").default("none"),
	/** The draft forbids it (4.1): everyone can read it. */
	client_secret: z.never().optional(),
});

/** Whether a client names itself by the address of its description. */
export function isDocumentId(id: string): boolean {
	return id.startsWith("https://");
}

/**
 * Fetches what a program says of itself at the https address that is its `client_id` (Client ID Metadata Document). The
 * address must lead to the public internet: every address of its name is looked at, and the connection goes to the one
 * that was. Throws `invalid_client`.
 */
export async function readClientDocument(id: string, reach: Reach) {
	const url = URL.parse(id);
	if (url === null || id.length > maxIdLength || url.href !== id || url.protocol !== "https:" || url.pathname === "/") {
		throw refusal("invalid_client", "The client_id is not the https address of a description.");
	}
	if (url.username !== "" || url.password !== "" || id.includes("#") || isIP(bare(url.hostname)) !== 0) {
		throw refusal("invalid_client", "The client_id must have a host name, and no password or fragment.");
	}
	const addresses = await reach.resolve(url.hostname).catch(() => []);
	const [address] = addresses;
	if (address === undefined || !addresses.every(isPublicAddress)) {
		throw refusal("invalid_client", `${url.hostname} is not a host of the public internet.`);
	}
	const { status, headers, text } = await reach.get(id, address, documentLimit).catch((cause: unknown) => {
		throw refusal(
			"invalid_client",
			`The description of the program can't be fetched from ${url.host}: ${String(cause)}`,
		);
	});
	const type = headers.get("content-type") ?? "";
	if (status !== 200 || !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
		throw refusal("invalid_client", `${url.host} answered ${status} instead of a description of the program.`);
	}
	const parsed = documentSchema.safeParse(parse(text));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join(".") ?? "";
		throw refusal("invalid_client", `The description of the program is not valid: ${where} ${issue?.message ?? ""}`);
	}
	if (parsed.data.client_id !== id) {
		throw refusal("invalid_client", "The description belongs to another client_id than the address it came from.");
	}
	return { name: parsed.data.client_name, redirectUris: parsed.data.redirect_uris, freshMs: freshFor(headers) };
}

function bare(hostname: string): string {
	return hostname.replace(/^\[(.*)\]$/, "$1");
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Milliseconds the server lets a description be kept (RFC 9111), within a day. */
function freshFor(headers: Headers): number {
	const control = headers.get("cache-control") ?? "";
	if (/\bno-(store|cache)\b/i.test(control)) return 0;
	const seconds = /\bmax-age=(\d{1,9})\b/i.exec(control)?.[1];
	return seconds === undefined ? freshMs : Math.min(Number(seconds) * 1000, longestFreshMs);
}

/** The real network. The name is looked up once: what was checked is what is connected to, and its certificate counts. */
export const network: Reach = {
	resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
	get: (url, address, limit) => fetchPinned(url, address, limit),
};

/** `ca` is a further authority to trust, in PEM. */
export function fetchPinned(url: string, address: string, limit: number, ca?: string) {
	const family = isIP(address);
	return new Promise<Awaited<ReturnType<Reach["get"]>>>((resolve, reject) => {
		const sent = request(
			url,
			{
				agent: false,
				headers: { accept: "application/json", "user-agent": "AIOS" },
				signal: AbortSignal.timeout(timeoutMs),
				lookup: (_host, options, found) =>
					options.all ? found(null, [{ address, family }]) : found(null, address, family),
				...(ca === undefined ? {} : { ca }),
			},
			(answer) => read(answer, limit).then(resolve, reject),
		);
		sent.on("error", reject);
		sent.end();
	});
}

async function read(answer: IncomingMessage, limit: number) {
	const body = await readBounded(answer, limit, () => new Error(`more than ${limit} bytes`));
	const headers = new Headers();
	for (const name of ["content-type", "cache-control"]) {
		const value = answer.headers[name];
		if (typeof value === "string") headers.set(name, value);
	}
	return { status: answer.statusCode ?? 0, headers, text: body.toString() };
}
