import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { printable, sayCount } from "../../../core/text/index.ts";
import { lasting } from "../../../core/work/index.ts";
import { execute, type IdeAdapters, inspectProject } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

const format = defineTool({
	name: "format_code",
	title: "Format code",
	description:
		"Formats a repository, or some files of it, with the project's own formatter (biome, prettier, ruff, cargo fmt, gofmt).",
	effect: "write",
	idempotent: true,
	input: z.object({
		repository: repositoryField,
		paths: z
			.array(z.string().min(1).max(4096).regex(/^[^-]/, "no options"))
			.max(500)
			.default([])
			.describe("All by default"),
	}),
	output: z.object({ repository: z.string(), formatter: z.string(), changed: z.array(z.string()) }),
	voice: {
		en: {
			sentences: [
				"format [the|my|all] [code|files|project] [of|in] [{repository}]",
				"(tidy|clean) up [the|my] (formatting|code style|code) [of|in] [{repository}]",
				"(reformat|pretty print|prettify) [the|my|all] [code|files|project] [of|in] [{repository}]",
			],
		},
	},
	timeoutMs: 300_000,
	summary: ({ repository }) => `Format the code of ${repository ?? "the usual repository"}`,
	say: ({ changed, formatter }) =>
		changed.length === 0
			? "Everything was formatted already."
			: `${formatter} formatted ${sayCount(changed.length, "file")}.`,
	async run({ repository, paths }, { repositories, folders, env }: IdeAdapters, { signal, progress, write }) {
		const { root, run } = await repositories.open(repository, signal);
		const { formatter } = await inspectProject(root);
		if (formatter === undefined) {
			throw new AiosError("unsupported", "This project has no formatter I know.", {
				fix: "Add biome, prettier, ruff, cargo or go to it.",
			});
		}
		for (const path of paths)
			await stat(await folders.resolve(join(root, path))).catch(() => {
				throw new AiosError("not_found", `${path} does not exist.`);
			});
		const everything = ["cargo fmt", "gofmt"].includes(formatter.name) ? [] : ["."];
		progress({ progress: 0, message: `Running ${formatter.name}` });
		const before = await contents(run);
		const { code, output } = await execute(
			{ ...formatter, argv: [...formatter.argv, ...(paths.length > 0 ? paths : everything)] },
			{ cwd: root, env, signal, onText: write },
		);
		if (code !== 0) {
			throw new AiosError("upstream_failed", `${formatter.name} failed: ${printable(output).trim().slice(-500)}`, {
				spoken: `${formatter.name} could not format the code.`,
			});
		}
		const after = await contents(run);
		return {
			repository: root,
			formatter: formatter.name,
			changed: [...after].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path),
		};
	},
});

/** Formats files with the project's own formatter. */
export const formatCode = lasting(format, {
	still: "The code is still being formatted",
	over: "The formatting is through",
	broke: "The formatting failed",
});

/** The hash of every file git knows or would take up, by path. */
async function contents(run: (args: readonly string[]) => Promise<string>): Promise<Map<string, string>> {
	const [tracked, changed] = await Promise.all([
		run(["ls-files", "-s", "-z"]),
		run(["ls-files", "--modified", "--others", "--exclude-standard", "-z"]),
	]);
	const hashes = new Map(
		tracked
			.split("\0")
			.map((line) => /^\d+ (\w+) \d+\t(.*)$/s.exec(line))
			.filter((match) => match !== null)
			.map((match) => [match[2] ?? "", match[1] ?? ""]),
	);
	const top = (await run(["rev-parse", "--show-toplevel"])).trim();
	for (const path of changed.split("\0").filter((name) => name !== "")) {
		const file = Bun.file(join(top, path));
		hashes.set(path, (await file.exists()) ? Bun.hash(await file.bytes()).toString(36) : "gone");
	}
	return hashes;
}
