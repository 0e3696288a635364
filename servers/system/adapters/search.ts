import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";

/** One place a search found. `line` and `text` are absent where a name was searched for. */
export interface Match {
	path: string;
	line?: number;
	text?: string;
}

export interface SearchOptions {
	folder: string;
	query: string;
	in: "names" | "contents";
	regex: boolean;
	limit: number;
	signal: AbortSignal;
}

/** Finds files by name or by what stands in them; what version control ignores is left out. */
export type Search = (options: SearchOptions) => Promise<{ matches: Match[]; more: boolean }>;

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
		return await walk(options);
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
): Promise<{ matches: Match[]; more: boolean }> {
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
		);
	}
	return { matches: matches.slice(0, limit), more };
}

/** Folders that are never looked into: what tools made, not what people wrote. */
const skipped = new Set(["node_modules", ".git", ".hg", ".svn", "__pycache__", ".cache", ".venv", "target", "dist"]);
const maxFileBytes = 5_000_000;

async function walk({
	folder,
	query,
	in: where,
	limit,
	signal,
}: SearchOptions): Promise<{ matches: Match[]; more: boolean }> {
	const wanted = query.toLowerCase();
	const matches: Match[] = [];
	const open = [folder];
	for (let at = open.pop(); at !== undefined && matches.length <= limit; at = open.pop()) {
		signal.throwIfAborted();
		const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
		for (const entry of entries.sort((a, b) => b.name.localeCompare(a.name))) {
			const path = join(at, entry.name);
			if (where === "names" && fits(relative(folder, path), entry.name, wanted)) matches.push({ path });
			if (entry.isDirectory() && !skipped.has(entry.name)) open.push(path);
			if (where === "contents" && entry.isFile()) matches.push(...(await linesOf(path, wanted)));
		}
	}
	return { matches: matches.slice(0, limit), more: matches.length > limit };
}

/** A plain word is looked for in the name; one with `*` or `?` is a pattern, for the path where it has a slash. */
function fits(path: string, name: string, wanted: string): boolean {
	if (/[*?[{]/.test(wanted)) return new Bun.Glob(wanted).match((wanted.includes("/") ? path : name).toLowerCase());
	return name.toLowerCase().includes(wanted);
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
