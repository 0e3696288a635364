import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";
import { maxCharacters, maxFiles, repositoryField } from "./shared.ts";

/** A revision or a range as people write it; nothing that could be an option. */
const revision = z
	.string()
	.regex(/^[\w./~^@{}-]*[\w~^}]$/)
	.refine((text) => !text.startsWith("-"));

/** What differs: in the working tree, in the index, or between revisions. */
export const gitDiff = defineTool({
	name: "git_diff",
	title: "Git diff",
	description:
		"The difference in the working tree, staged, or against a revision or range, as a patch with numbers for each file.",
	effect: "read",
	role: "user",
	input: z.object({
		repository: repositoryField,
		staged: z.boolean().default(false),
		against: revision.optional().describe("A revision or range: HEAD~1, main, v1..v2"),
		paths: z.array(z.string().min(1).max(4096)).max(100).default([]),
		offset: z.number().int().min(0).default(0).describe("Where in the patch to read on from"),
	}),
	output: z.object({
		repository: z.string(),
		files: z.array(z.object({ path: z.string(), added: z.number().int(), removed: z.number().int() })),
		changed: z.number().int().describe("Files in all, where not all of them are shown"),
		added: z.number().int(),
		removed: z.number().int(),
		patch: z.string(),
		next: z.number().int().optional().describe("Offset of the rest of the patch"),
	}),
	voice: {
		en: {
			sentences: [
				"[show|run|do] [me] [the|a] git (diff|difference|differences) [of|in|for] [{repository}]",
				"(show|read|tell) [me] [the|my] changes [in|of] [{repository}]",
				"show me what (changed|has changed|i changed|i have changed) [in {repository}]",
				"show [me] the (diff|differences) [of|in|for] [{repository}]",
			],
			fixed: [{ text: "[show] [me] [the] staged (diff|changes)", values: { staged: true } }],
		},
	},
	say({ files, changed, added, removed }) {
		if (changed === 0) return "There is no difference.";
		const names = files
			.slice(0, 3)
			.map(({ path }) => path.split("/").at(-1))
			.join(", ");
		return `${sayCount(changed, "file")} changed, ${sayCount(added, "line")} added and ${removed} removed: ${names}${changed > 3 ? " and more" : ""}.`;
	},
	async run({ repository, staged, against, paths, offset }, { repositories }: IdeAdapters, { signal }) {
		const { root, run } = await repositories.open(repository, signal);
		if (against !== undefined) {
			await run(["rev-parse", "--verify", "--quiet", "--end-of-options", against.split("..")[0] || "HEAD"]).catch(
				() => {
					throw new AiosError("not_found", `${against} is no revision of this repository.`);
				},
			);
		}
		const what = [
			"--no-ext-diff",
			"--no-textconv",
			"--no-color",
			...(staged ? ["--cached"] : []),
			...(against === undefined ? [] : [against]),
			"--",
			...paths,
		];
		const [numbers, patch] = await Promise.all([run(["diff", "--numstat", "-z", ...what]), run(["diff", ...what])]);
		const files = readNumstat(numbers);
		const next = offset + maxCharacters;
		return {
			repository: root,
			files: files.slice(0, maxFiles),
			changed: files.length,
			added: files.reduce((sum, file) => sum + file.added, 0),
			removed: files.reduce((sum, file) => sum + file.removed, 0),
			patch: patch.slice(offset, next),
			...(next < patch.length ? { next } : {}),
		};
	},
});

/** `added TAB removed TAB path NUL`; binary files have dashes, a rename's paths follow as two more fields. */
function readNumstat(text: string): { path: string; added: number; removed: number }[] {
	const fields = text.split("\0");
	const files: { path: string; added: number; removed: number }[] = [];
	for (let at = 0; at < fields.length; at++) {
		const [added, removed, path] = (fields[at] ?? "").split("\t");
		if (added === undefined || removed === undefined || path === undefined) continue;
		const renamed = path === "";
		files.push({
			path: (renamed ? fields[at + 2] : path) ?? "",
			added: Number(added) || 0,
			removed: Number(removed) || 0,
		});
		if (renamed) at += 2;
	}
	return files;
}
