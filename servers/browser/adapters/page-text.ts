import { gfm } from "@joplin/turndown-plugin-gfm";
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown";
import { z } from "zod";
import { evaluate } from "./evaluate.ts";
import type { Tab } from "./tab.ts";
import { collectVisible } from "./visible-html.ts";

/** Most HTML taken of a page, in characters: a long book. More would keep this process busy for seconds. */
const htmlLimit = 1_000_000;
/** An article with less text than this, and less than a tenth of the page, is not what the page is about. */
const leastArticle = 200;
const leastShare = 0.1;

const collectedSchema = z.object({ html: z.string(), cut: z.boolean() });

/** The visible text of a page as Markdown. `cut` says that the page was longer than what was taken. */
export interface PageText {
	title: string;
	markdown: string;
	cut: boolean;
}

/** Reads the page: its article by Readability where it has one and `whole` is not asked for, else all of it. */
export async function readText(tab: Tab, whole: boolean): Promise<PageText> {
	const collected = collectedSchema.parse(await evaluate(tab.cdp, `(${collectVisible})(${htmlLimit})`));
	const { document } = parseHTML(collected.html);
	const title = document.title;
	const body = document.body.textContent.length;
	const article = whole ? null : new Readability(document.cloneNode(true) as Document).parse();
	const length = article?.textContent?.length ?? 0;
	const isArticle = length >= leastArticle && length >= body * leastShare;
	const html = isArticle && article?.content ? article.content : document.body.innerHTML;
	return { title: article?.title || title, markdown: toMarkdown(html), cut: collected.cut };
}

/** HTML as Markdown with tables; scripts and forms don't come through. */
function toMarkdown(html: string): string {
	const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
	service.use(gfm);
	service.remove(["script", "style", "noscript"]);
	// A link around nothing and a picture nobody described say nothing.
	service.addRule("empty link", {
		filter: (node) => node.nodeName === "A" && (node.textContent ?? "").trim() === "" && !node.querySelector("img"),
		replacement: () => "",
	});
	return service
		.turndown(html)
		.replaceAll(/[ \t]+$/gm, "")
		.replaceAll(/\n{3,}/g, "\n\n")
		.trim();
}
