import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import { type NameSearch, searchNames } from "./search-names.ts";
import { walk } from "./walk.ts";

/** One place a search found. `line` and `text` are absent where a name was searched for. */
export interface Match {
	path: string;
	line?: number;
	text?: string;
}

/** `hidden` is about names alone. */
export interface SearchOptions extends NameSearch {
	in: "names" | "contents";
	regex: boolean;
}

export interface Found {
	matches: Match[];
	/** There are more than the limit. */
	more: boolean;
}

/** Finds files by name or by what stands in them; of contents, what version control ignores is left out. */
export type Search = (options: SearchOptions) => Promise<Found>;

/** Ripgrep where it is installed, else a walk of our own, which knows no regular expressions. */
export function createSearch(env: Readonly<Record<string, string>>): Search {
	return async (options) => {
		const ripgrep = Bun.which("rg", { PATH: env.PATH ?? "" });
		if (options.in === "contents" && ripgrep !== null) return await searchContents(ripgrep, options, env);
		if (options.regex && options.in === "names") {
			throw new AiosError("unsupported", "Names are not searched for by regular expression.", {
				fix: "Search for plain words, or in contents.",
			});
		}
		if (options.regex) {
			throw new AiosError("missing_part", "Searching by regular expression needs ripgrep, which is not installed.", {
				fix: "Install ripgrep, or search for plain words.",
			});
		}
		return options.in === "names" ? await searchNames(options) : await walkContents(options);
	};
}

const ripgrepMatch = z.object({
	type: z.literal("match"),
	data: z.object({
		path: z.object({ text: z.string() }),
		line_number: z.number(),
		lines: z.object({ text: z.string() }),
	}),
});

async function searchContents(
	ripgrep: string,
	{ folder, query, regex, limit, signal }: SearchOptions,
	env: Readonly<Record<string, string>>,
): Promise<Found> {
	const argv = [
		ripgrep,
		"--json",
		"--smart-case",
		"--no-config",
		"--max-filesize",
		"5M",
		...(regex ? [] : ["--fixed-strings"]),
	];
	const child = Bun.spawn([...argv, "--", query, "."], {
		cwd: folder,
		env: { ...env },
		stdout: "pipe",
		stderr: "pipe",
		signal,
	});
	const matches: Match[] = [];
	let more = false;
	let rest = "";
	const decoder = new TextDecoder();
	for await (const bytes of child.stdout) {
		const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) {
			const found = ripgrepMatch.safeParse(JSON.parse(line));
			if (!found.success) continue;
			const { path, line_number, lines: text } = found.data.data;
			matches.push({ path: join(folder, path.text), line: line_number, text: text.text.trimEnd().slice(0, 500) });
		}
		if (matches.length > limit) {
			more = true;
			child.kill();
			break;
		}
	}
	const code = await child.exited;
	signal.throwIfAborted();
	if (code === 2 && matches.length === 0) {
		throw new AiosError(
			"bad_request",
			`The search failed: ${(await new Response(child.stderr).text()).trim().slice(0, 500)}`,
			{ fix: "Mend the regular expression (a backslash before . * ( [ and the like), or search for plain text." },
		);
	}
	return { matches: matches.slice(0, limit), more };
}

const maxFileBytes = 5_000_000;

/** Looks into files one by one; ordinary folders first, those that ripgrep leaves out not at all. */
async function walkContents({ folder, query, limit, signal }: SearchOptions): Promise<Found> {
	const wanted = query.toLowerCase();
	const matches: Match[] = [];
	for await (const entries of walk(folder, { aside: false, signal })) {
		for (const { path, entry } of entries) {
			if (entry.isFile() && matches.length <= limit) matches.push(...(await linesOf(path, wanted)));
		}
		if (matches.length > limit) break;
	}
	return { matches: matches.slice(0, limit), more: matches.length > limit };
}

async function linesOf(path: string, wanted: string): Promise<Match[]> {
	const found = await stat(path).catch(() => undefined);
	if (found === undefined || found.size > maxFileBytes) return [];
	const text = await readFile(path, "utf8").catch(() => "");
	if (text.includes("\0")) return [];
	return text
		.split("\n")
		.flatMap((line, index) =>
			line.toLowerCase().includes(wanted) ? [{ path, line: index + 1, text: line.trimEnd().slice(0, 500) }] : [],
		);
}
