import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Config, toldAddress } from "../config/index.ts";
import { AiosError, tokenAnswerSchema } from "../contract/index.ts";

/** The file in the data folder with the key of the command line (mode 600). */
const keyFile = "cli-token";

/** The REST interface of a running assistant, with the answers checked. */
export interface Client {
	url: string;
	key: string;
	/** Gives the parsed answer; a problem answer is thrown as the AiosError it was. */
	request<T>(
		method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
		path: string,
		schema: z.ZodType<T>,
		body?: unknown,
	): Promise<T>;
}

const problemSchema = z.object({
	code: z.string().default("internal"),
	detail: z.string().optional(),
	title: z.string().optional(),
	fix: z.string().optional(),
});

/** A client of somebody who signed in by password. */
export interface SignedIn extends Client {
	/** Signs out. */
	end(): Promise<void>;
}

/** Signs in at the assistant of these settings, or at the one `--url` names. Throws `unauthenticated`, `rate_limited`. */
export async function signIn(
	config: Config,
	options: { url?: string },
	{ username, password }: { username: string; password: string },
	signal: AbortSignal,
): Promise<SignedIn> {
	const door = openClient(config, { ...options, key: "none" }, signal);
	const answer = await door.request("POST", "/token", tokenAnswerSchema, { username, password }).catch((thrown) => {
		const error = AiosError.from(thrown);
		throw error.code === "unauthenticated" ? new AiosError(error.code, "The name or the password is wrong.") : error;
	});
	const { access_token: key, refresh_token } = answer;
	return {
		...openClient(config, { url: door.url, key }, signal),
		end: async () => void (await door.request("POST", "/token/revoke", z.unknown(), { refresh_token })),
	};
}

/**
 * Addresses the assistant that runs with this data folder, the one of these settings, or the one `--url` and `--key`
 * name. Nothing is sent yet.
 */
export function openClient(config: Config, options: { url?: string; key?: string }, signal: AbortSignal): Client {
	const url = options.url ?? toldAddress(config.dataDir) ?? addressOf(config);
	const key = options.key ?? readKey(config, url);
	return {
		url,
		key,
		async request(method, path, schema, body) {
			const answer = await reach(url, path, {
				method,
				signal,
				headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			const text = await answer.text();
			if (!answer.ok) throw problem(answer.status, text);
			const parsed = schema.safeParse(text === "" ? undefined : parseJson(text));
			if (parsed.success) return parsed.data;
			throw new AiosError("upstream_failed", `${url}${path} gave an answer that this version does not understand.`, {
				fix: "Is it an AIOS of the same version? Restart it with npm start.",
				cause: parsed.error,
			});
		},
	};
}

/** The error a person sees when nothing answers at an address. */
export function notRunning(url: string, cause?: unknown): AiosError {
	return new AiosError("unavailable", `AIOS does not answer at ${url}.`, {
		fix: "Start it with npm start, or name another address with --url.",
		cause,
	});
}

function addressOf(config: Config): string {
	const everywhere = config.host === "0.0.0.0" || config.host === "::";
	const host = everywhere ? "127.0.0.1" : config.host.includes(":") ? `[${config.host}]` : config.host;
	return `http://${host}:${config.port}`;
}

function readKey(config: Config, url: string): string {
	const path = join(config.dataDir, keyFile);
	if (!existsSync(path)) {
		throw new AiosError("unavailable", `AIOS has not been started yet with the data folder ${config.dataDir}.`, {
			fix: `Start it with npm start; for another machine's assistant give --url and --key (now: ${url}).`,
		});
	}
	return readFileSync(path, "utf8").trim();
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(new URL(path, url), init);
	} catch (error) {
		if (error instanceof Error && error.name === "AbortError") throw AiosError.from(error);
		throw notRunning(url, error);
	}
}

function problem(status: number, text: string): AiosError {
	const parsed = problemSchema.safeParse(parseJson(text));
	if (status === 401) {
		return new AiosError("unauthenticated", "The assistant does not accept this key.", {
			fix: "Leave --key out on its own machine, or make a new one there with: aios keys create NAME",
		});
	}
	if (!parsed.success)
		return AiosError.fromJSON({ code: "upstream_failed", message: `HTTP ${status}: ${text.slice(0, 300)}` });
	const { code, detail, title, fix } = parsed.data;
	return AiosError.fromJSON({
		code,
		message: detail ?? title ?? `HTTP ${status}`,
		...(fix === undefined ? {} : { fix }),
	});
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
