import { stat } from "node:fs/promises";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";

/** Opens a file or folder in VS Code. */
export const openVscode = defineTool({
	name: "open_vscode",
	title: "Open in VS Code",
	description: "Opens a file or folder in VS Code or one of its kin, at a line where one is given.",
	effect: "write",
	idempotent: true,
	stateful: true,
	input: z.object({
		path: slot("path", z.string().min(1).max(4096)).default("."),
		line: slot("integer", z.number().int().min(1).max(10_000_000)).optional(),
	}),
	output: z.object({ path: z.string(), editor: z.string(), line: z.number().int().optional() }),
	voice: {
		en: {
			sentences: [
				"open [the] [file|folder|project] {path} in (vs code|v s code|visual studio code|code|the editor|cursor)",
				"open [the] [file|folder|project] {path} at line {line} [in (vs code|visual studio code|the editor)]",
				"open [the] [file] {path} in (vs code|visual studio code|the editor) at line {line}",
				"(edit|open) line {line} of {path}",
				"(jump|go) to line {line} (of|in) [the] [file] {path}",
			],
			fixed: [{ text: "(open|start|launch) (vs code|v s code|visual studio code|the editor)", values: { path: "." } }],
			examples: ["show me this file in the editor", "let me edit the readme"],
			ask: { path: "Which file?" },
		},
	},
	say: ({ path, line }) => `Opening ${path.split(/[\\/]/).at(-1)}${line === undefined ? "" : ` at line ${line}`}.`,
	async resolve({ path, line }, { folders, repositories }: IdeAdapters) {
		return { path: await folders.meant(path, { also: repositories.places }), line };
	},
	async run({ path, line }, { editor, folders }: IdeAdapters) {
		const real = await folders.resolve(path);
		const found = await stat(real).catch(() => undefined);
		if (found === undefined) throw new AiosError("not_found", `${path} does not exist.`);
		const at = found.isFile() ? line : undefined;
		const opened = await editor.open(real, at);
		return { path: real, editor: opened.editor, ...(at === undefined ? {} : { line: at }) };
	},
});
