import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { type BrowserAdapters, cut, findElement, saveFile } from "../adapters/index.ts";
import { outside, refField, report } from "./shared.ts";

const pathField = slot("path", z.string().min(1).max(4_096))
	.optional()
	.describe("Folder or file below the allowed folders; the download folder by default. Nothing is overwritten");

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
			const content = await tab.page.pdf({ landscape, format: "a4", printBackground: true, timeout: 40_000 });
			const { url, title } = await report(tab);
			signal.throwIfAborted();
			const name = `${cut(title, 100) || hostOf(url)}.pdf`;
			const saved = await saveFile({ folders, path: path ?? `${downloadFolder}/`, name, content });
			return { path: saved, bytes: content.length, url, title, origin: "outside" as const };
		});
	},
});

/** Downloads a file. */
export const download = defineTool({
	name: "download",
	title: "Download file",
	description:
		"Downloads a file into an allowed folder: from an address, or by clicking an element of the page in front. Nothing is overwritten.",
	effect: "write",
	input: z.object({
		url: slot("url", z.string().min(1).max(4_000)).optional(),
		ref: refField,
		name: slot("name", z.string().trim().min(1).max(300))
			.optional()
			.describe("Text of the link or button that gives it"),
		path: pathField,
	}),
	output: z.object({ path: z.string(), bytes: z.number().int(), url: z.string(), origin: outside }),
	voice: {
		en: {
			sentences: [
				"download [the] [file] [(from|at)] {url}",
				"download [the] [file] {url} (to|into) {path}",
				"download the {name} (file|link) [from (the|this) [web] (page|site|website)]",
			],
			examples: ["download the report from this page"],
		},
	},
	timeoutMs: 600_000,
	summary: ({ url, name, ref, path }) =>
		`Download ${url ?? name ?? ref ?? "a file"}${path === undefined ? "" : ` to ${path}`}`,
	say: ({ path, bytes }) => `Downloaded ${baseOf(path)}, ${saySize(bytes)}.`,
	async run({ url, ref, name, path }, adapters: BrowserAdapters, { user, signal, progress }) {
		const { use, folders, downloadFolder, sites } = adapters;
		if (url === undefined && ref === undefined && name === undefined) {
			throw new AiosError("bad_request", "It was not said what to download.", {
				fix: "Give an address, or the element that gives the file.",
				spoken: "What should I download?",
			});
		}
		const target = url === undefined ? undefined : sites.open(url).href;
		const place = path ?? `${downloadFolder}/`;
		await folders.resolve(place);
		return use(user, signal, async (session) => {
			const file =
				target === undefined
					? await (async () => {
							const tab = await session.current(signal);
							const { handle } = await findElement(tab, { ref, name, roles: ["link", "button"] });
							return session.downloads.take({ page: tab.page, begin: () => handle.click(), progress, signal });
						})()
					: await session.downloads.fetch({ url: target, progress, signal });
			try {
				const saved = await saveFile({ folders, path: place, name: file.name, content: { file: file.path } });
				return { path: saved, bytes: file.bytes, url: cut(file.url, 4_000), origin: "outside" as const };
			} finally {
				await file.remove();
			}
		});
	},
});

function hostOf(url: string): string {
	return URL.parse(url)?.hostname || "page";
}

function baseOf(path: string): string {
	return path.split(/[\\/]/).at(-1) ?? path;
}

function saySize(bytes: number): string {
	if (bytes < 1_000) return `${bytes} bytes`;
	if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kilobytes`;
	return `${(bytes / 1_000_000).toFixed(1)} megabytes`;
}
