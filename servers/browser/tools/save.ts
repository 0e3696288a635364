import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { type BrowserAdapters, cut, findElement, saveFile } from "../adapters/index.ts";
import { baseOf, pathField } from "./names.ts";
import { outside, refField, report } from "./shared.ts";

/** Largest image given with a screenshot, in bytes; the whole result has to stay below a megabyte. */
const mostImageBytes = 650_000;
/** Tallest picture of a whole page, in pixels: the browser can't paint much more. */
const mostHeight = 12_000;

/** A picture of the page. */
export const screenshot = defineTool({
	name: "screenshot",
	title: "Picture of the page",
	description:
		"A picture of what the page in front shows, of the whole page, or of one element; saved where a path is given.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		whole_page: z.boolean().default(false),
		ref: refField,
		save: z.boolean().default(false).describe("Save it in the download folder"),
		path: pathField,
	}),
	output: z.object({
		url: z.string(),
		title: z.string(),
		image: z.object({ mimeType: z.string(), data: z.string() }),
		path: z.string().optional(),
		origin: outside,
	}),
	voice: {
		en: {
			sentences: [
				"(take|make|show) [me] (a screenshot|a picture|an image) of (the|this|that) [web] (page|site|website|browser)",
				"(show|let) me [see] (the|this|that) [web] (page|site|website)",
				"screenshot (the|this|that) [web] (page|site|website)",
				"(what does|how does) (the|this|that) [web] (page|site|website) look like",
			],
			fixed: [
				{
					text: "(take|make) (a screenshot|a picture) of the (whole|entire|full) [web] page",
					values: { whole_page: true },
				},
			],
			examples: ["show me what the website looks like"],
		},
	},
	say: ({ title, path }) =>
		`${title === "" ? "The picture" : `The picture of ${cut(title, 80)}`} ${path === undefined ? "is on the page" : "is saved"}.`,
	attachments: ({ image }) => [image],
	async run({ whole_page, ref, save, path }, { use, folders, downloadFolder }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			await tab.checkLoaded();
			const element = ref === undefined ? undefined : (await findElement(tab, { ref })).handle;
			const take = async (type: "png" | "jpeg", quality?: number): Promise<Uint8Array> => {
				const format = { type, ...(quality === undefined ? {} : { quality }), optimizeForSpeed: true };
				if (element !== undefined) return element.screenshot(format);
				if (!whole_page) return tab.page.screenshot(format);
				const { cssContentSize } = await tab.cdp.send("Page.getLayoutMetrics");
				const { width, height } = cssContentSize;
				const clip = { x: 0, y: 0, width, height: Math.min(height, mostHeight) };
				return tab.page.screenshot({ ...format, clip, captureBeyondViewport: true });
			};
			const [mimeType, bytes] = await smallEnough(take);
			const { url, title } = await report(tab);
			const name = `${hostOf(url)}.${mimeType === "image/png" ? "png" : "jpg"}`;
			const saved =
				save || path !== undefined
					? await saveFile({ folders, path: path ?? `${downloadFolder}/`, name, content: bytes })
					: undefined;
			return {
				url,
				title,
				image: { mimeType, data: Buffer.from(bytes).toString("base64") },
				...(saved === undefined ? {} : { path: saved }),
				origin: "outside" as const,
			};
		});
	},
});

async function smallEnough(
	take: (type: "png" | "jpeg", quality?: number) => Promise<Uint8Array>,
): Promise<[mimeType: string, bytes: Uint8Array]> {
	const png = await take("png");
	if (png.length <= mostImageBytes) return ["image/png", png];
	for (const quality of [80, 50, 20, 5]) {
		const jpeg = await take("jpeg", quality);
		if (jpeg.length <= mostImageBytes) return ["image/jpeg", jpeg];
	}
	throw new AiosError("too_large", "The picture is too large to show.", { fix: "Take one of what is visible only." });
}

/** The page as a PDF file. */
export const pdf = defineTool({
	name: "pdf",
	title: "Save page as PDF",
	description: "Saves the page in front as a PDF file.",
	effect: "write",
	outside: true,
	input: z.object({
		path: pathField,
		landscape: z.boolean().default(false),
	}),
	output: z.object({ path: z.string(), bytes: z.number().int(), url: z.string(), title: z.string(), origin: outside }),
	voice: {
		en: {
			sentences: [
				"(save|print|export|store) (the|this|that) [web] (page|site|website|article) (as|to) [a] pdf [file]",
				"(make|create) a pdf (of|from) (the|this|that) [web] (page|site|website|article)",
			],
			examples: ["turn this website into a pdf"],
		},
	},
	timeoutMs: 45_000,
	summary: ({ path }) => `Save the page as a PDF${path === undefined ? "" : ` at ${path}`}`,
	say: ({ path }) => `Saved as ${baseOf(path)}.`,
	async run({ path, landscape }, { use, folders, downloadFolder }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			await tab.checkLoaded();
			const content = await tab.page.pdf({ landscape, format: "a4", printBackground: true, timeout: 40_000 });
			const { url, title } = await report(tab);
			signal.throwIfAborted();
			const name = `${cut(title, 100) || hostOf(url)}.pdf`;
			const saved = await saveFile({ folders, path: path ?? `${downloadFolder}/`, name, content });
			return { path: saved, bytes: content.length, url, title, origin: "outside" as const };
		});
	},
});

function hostOf(url: string): string {
	return URL.parse(url)?.hostname || "page";
}
