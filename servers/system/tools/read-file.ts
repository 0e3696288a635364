import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";
import { explainFileError } from "./file-errors.ts";

/** Largest file of which lines are read, and largest image shown. */
const maxBytes = 50_000_000;
const maxImageBytes = 5_000_000;
/** Characters of one answer. */
const answerCharacters = 100_000;

const images: readonly [mimeType: string, signature: readonly number[]][] = [
	["image/png", [0x89, 0x50, 0x4e, 0x47]],
	["image/jpeg", [0xff, 0xd8, 0xff]],
	["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/** Reads a text file by lines, or shows an image. */
export const readFile = defineTool({
	name: "read_file",
	title: "Read file",
	description:
		"Reads lines of a text file, or shows an image. `next` is the line to go on with, `next_character` where in it.",
	effect: "read",
	role: "user",
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)),
		line: z.number().int().min(1).default(1).describe("First line"),
		lines: z.number().int().min(1).max(20_000).default(1000).describe("How many"),
		character: z.number().int().min(1).default(1).describe("Where in the first line to begin"),
	}),
	output: z.object({
		path: z.string(),
		text: z.string(),
		line: z.number().int(),
		total_lines: z.number().int(),
		next: z.number().int().optional(),
		next_character: z.number().int().optional().describe("Where in that line, if it is too long for one answer"),
		image: z.object({ mimeType: z.string(), data: z.string() }).optional(),
	}),
	voice: {
		en: {
			sentences: [
				"(read|open|show|print|display) [me] [the] file {path} [to me|aloud|out loud]",
				"(read|show|print|display|open) [me] [the|my] {path!} [file] [to me|aloud|out loud]",
				"(read|show|tell) me what is (in|written in) [the] file {path}",
				"(what is|what's) (in|written in) [the] file {path}",
				"(what is|what's) (in|written in) [the|my] {path!} [file]",
				"what does [the|my] [file] {path!} say",
				"what does [the|my] file {path} say",
			],
			ask: { path: "Which file?" },
		},
	},
	say({ text, total_lines, image }) {
		if (image !== undefined) return "The image is on the page.";
		if (text.trim() === "") return "The file is empty.";
		return text.length <= 300 ? text.trim() : `The file has ${sayCount(total_lines, "line")}. It is on the page.`;
	},
	attachments: ({ image }) => (image === undefined ? [] : [image]),
	resolve: async ({ path, ...rest }, { folders }: SystemAdapters) => ({ ...rest, path: await folders.meant(path) }),
	async run({ path, line, lines, character }, { folders }: SystemAdapters) {
		const real = await folders.resolve(path);
		const bytes = await readWhole(folders, real, path);
		const image = images.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
		if (image !== undefined) {
			if (bytes.length > maxImageBytes)
				throw new AiosError("too_large", `${path} is too large an image to show.`, {
					fix: "Open it in a program for images.",
				});
			const data = Buffer.from(bytes).toString("base64");
			return { path: real, text: "", line: 1, total_lines: 0, image: { mimeType: image[0], data } };
		}
		if (bytes.subarray(0, 8192).includes(0)) {
			throw new AiosError("unsupported", `${path} is not a text file.`, {
				spoken: "That file is not text.",
				fix: "Open it in the program it was made with.",
			});
		}
		const all = new TextDecoder().decode(bytes).split("\n");
		const total = all.at(-1) === "" ? all.length - 1 : all.length;
		const asked = all.slice(line - 1, Math.min(total, line - 1 + lines));
		return { path: real, line, total_lines: total, ...fitting(asked, { line, character, total }) };
	},
});

/** As much of the lines as one answer holds, and where to read on; whole lines, unless the first alone is too long. */
function fitting(lines: readonly string[], from: { line: number; character: number; total: number }) {
	const first = lines[0]?.slice(from.character - 1);
	if (first === undefined) return { text: "" };
	if (first.length > answerCharacters) {
		const text = first.slice(0, answerCharacters);
		return { text, next: from.line, next_character: from.character + answerCharacters };
	}
	const taken = [first];
	let length = first.length;
	for (const line of lines.slice(1)) {
		length += line.length + 1;
		if (length > answerCharacters) break;
		taken.push(line);
	}
	const next = from.line + taken.length;
	return { text: taken.join("\n"), ...(next <= from.total ? { next } : {}) };
}

async function readWhole(folders: Folders, real: string, path: string): Promise<Uint8Array> {
	const file = await folders.open(real).catch(explainFileError(path));
	try {
		const found = await file.stat();
		if (!found.isFile())
			throw new AiosError("bad_request", `${path} is not a file.`, {
				fix: "list_directory shows what is in a folder.",
			});
		if (found.size > maxBytes) {
			throw new AiosError("too_large", `${path} is larger than ${maxBytes / 1_000_000} MB.`, {
				fix: "Search in it with search_files instead.",
			});
		}
		return await file.readFile();
	} finally {
		await file.close();
	}
}
