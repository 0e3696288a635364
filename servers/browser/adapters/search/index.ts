import { AiosError, abortError } from "../../../../core/contract/index.ts";
import type { BrowserSettings } from "../settings.ts";
import type { Sites } from "../sites.ts";
import { createBrave } from "./brave.ts";
import { createDuckDuckGo } from "./duckduckgo.ts";
import { createSearxng } from "./searxng.ts";
import type { EngineAnswer, SearchEngine, SearchResult } from "./types.ts";

export type { SearchResult } from "./types.ts";

/** Largest answer of an engine, in bytes. */
const mostBytes = 3_000_000;
const answerMs = 15_000;
/** Longest title and summary of a result. */
const titleLimit = 200;
const summaryLimit = 500;
/** Engines give their plain page to browsers they know. */
const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

export interface WebSearch {
	/** The engine's name, for people. */
	engine: string;
	/** Results that may be opened, at most `limit`. */
	search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult[]>;
}

/** The search engine of the settings. What it finds on blocked sites is left out. */
export function createSearch({ settings, sites }: { settings: BrowserSettings["search"]; sites: Sites }): WebSearch {
	const engine = createEngine(settings);
	return {
		engine: engine.name,
		async search(query, limit, signal) {
			const found = await engine.search(query, limit, signal);
			const seen = new Set<string>();
			return found
				.flatMap(({ title, url, summary }): SearchResult[] => {
					const target = openable(url, sites);
					if (target === undefined || seen.has(target)) return [];
					seen.add(target);
					return [{ title: tidy(title, titleLimit) || target, url: target, summary: tidy(summary, summaryLimit) }];
				})
				.slice(0, limit);
		},
	};
}

function createEngine({ engine, url, key }: BrowserSettings["search"]): SearchEngine {
	if (engine === "searxng" && url !== undefined) return createSearxng({ get, url });
	if (engine === "brave" && key !== undefined) return createBrave({ get, url, key });
	return createDuckDuckGo({ get, url });
}

function openable(url: string, sites: Sites): string | undefined {
	try {
		return sites.open(url).href;
	} catch {
		return undefined;
	}
}

function tidy(text: string, limit: number): string {
	const one = text.replace(/\s+/g, " ").trim();
	return one.length <= limit ? one : `${one.slice(0, limit - 1).trimEnd()}…`;
}

/** Asks the engine itself, whose address is a setting: redirects, which are not, lead nowhere. */
async function get(
	url: string,
	{ headers = {}, signal }: { headers?: Record<string, string>; signal: AbortSignal },
): Promise<EngineAnswer> {
	const host = new URL(url).hostname;
	const late = AbortSignal.timeout(answerMs);
	try {
		const response = await fetch(url, {
			headers: { "user-agent": userAgent, "accept-language": "en", ...headers },
			redirect: "manual",
			signal: AbortSignal.any([signal, late]),
		});
		return { status: response.status, text: await readLimited(response) };
	} catch (cause) {
		if (signal.aborted) throw abortError(signal);
		if (cause instanceof AiosError) throw cause;
		if (late.aborted) {
			throw new AiosError("timeout", `The search engine ${host} took too long to answer.`, { fix: "Try again later." });
		}
		throw new AiosError("upstream_failed", `The search engine ${host} can't be reached.`, {
			fix: "Check the connection to the internet, or choose another search engine in the settings of the browser.",
			spoken: "I can't reach the search engine.",
			cause,
		});
	}
}

async function readLimited(response: Response): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	for await (const chunk of response.body ?? []) {
		bytes += chunk.byteLength;
		if (bytes > mostBytes) throw new AiosError("too_large", "The search engine's answer is too large.");
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
