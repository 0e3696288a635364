import { refused, unreadable } from "./errors.ts";
import type { EngineDeps, SearchEngine, SearchResult } from "./types.ts";

const address = "https://html.duckduckgo.com/html/";

/** DuckDuckGo's page for browsers without scripts; `url` is another page of the same form. */
export function createDuckDuckGo({ get, url = address }: EngineDeps & { url?: string }): SearchEngine {
	const name = "DuckDuckGo";
	return {
		name,
		async search(query, _limit, signal) {
			const asked = new URL(url);
			asked.searchParams.set("q", query);
			const { status, text } = await get(asked.href, { headers: { accept: "text/html" }, signal });
			// 202 is the page that asks whether a person is there.
			if (status !== 200) throw refused(name, status === 202 ? 429 : status);
			const { parseHTML } = await import("linkedom");
			const { document } = parseHTML(text);
			if (document.querySelector(".anomaly-modal__modal, #challenge-form") !== null) throw refused(name, 429);
			const results = [...document.querySelectorAll(".result")].flatMap((element): SearchResult[] => {
				if (element.classList.contains("result--ad")) return [];
				const link = element.querySelector("a.result__a");
				const target = targetOf(link?.getAttribute("href") ?? "", asked);
				if (link === null || target === undefined) return [];
				const summary = element.querySelector(".result__snippet")?.textContent ?? "";
				return [{ title: link.textContent ?? "", url: target, summary }];
			});
			const nothing = document.querySelector(".no-results, .result--no-result") !== null;
			if (results.length === 0 && !nothing && document.querySelector("#links, .serp__results") === null) {
				throw unreadable(name);
			}
			return results;
		},
	};
}

/** Links lead over a counter of DuckDuckGo's that carries the real address. */
function targetOf(href: string, base: URL): string | undefined {
	const url = URL.parse(href, base);
	const real = url?.pathname === "/l/" ? url.searchParams.get("uddg") : url?.href;
	return real ?? undefined;
}
