import { extname, relative } from "node:path";
import { walk } from "./walk.ts";

/** Hits after which the walk ends: the best of so many are given. */
const enough = 2_000;

export interface NameSearch {
	folder: string;
	query: string;
	/** Also hidden files and folders, and those of packages and caches, behind all others. */
	hidden: boolean;
	limit: number;
	signal: AbortSignal;
}

/**
 * Files and folders by name, the best first: those called so, that begin so, that have it in them, that have all its
 * words. Among equals the nearest comes first, and what is hidden or was filled by tools behind all others.
 */
export async function searchNames({
	folder,
	query,
	hidden,
	limit,
	signal,
}: NameSearch): Promise<{ matches: { path: string }[]; more: boolean }> {
	const likenessOf = likeness(query);
	const hits: { path: string; alike: number; aside: boolean }[] = [];
	for await (const entries of walk(folder, { aside: hidden || query.startsWith("."), signal })) {
		for (const { path, entry, aside } of entries) {
			const alike = likenessOf(entry.name, () => relative(folder, path));
			if (alike > 0) hits.push({ path, alike, aside });
		}
		if (hits.length > Math.max(enough, limit)) break;
	}
	// The sort is stable, and the nearest were found first.
	hits.sort((a, b) => Number(a.aside) - Number(b.aside) || b.alike - a.alike);
	return { matches: hits.slice(0, limit).map(({ path }) => ({ path })), more: hits.length > limit };
}

/** How well a name fits what was said, 0 where it doesn't; with `*` or `?` that is a pattern, for the path where it has a slash. */
function likeness(query: string): (name: string, path: () => string) => number {
	const wanted = query.toLowerCase();
	if (/[*?[{]/.test(wanted)) {
		const glob = new Bun.Glob(wanted);
		return (name, path) => (glob.match((wanted.includes("/") ? path() : name).toLowerCase()) ? 1 : 0);
	}
	const whole = letters(wanted);
	const words = wanted.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "" && !lightWords.has(word));
	return (name) => {
		const own = name.toLowerCase();
		if (whole === "") return own.includes(wanted) ? 1 : 0;
		const plain = letters(own);
		if (plain === whole || letters(own.slice(0, own.length - extname(own).length)) === whole) return 4;
		if (plain.startsWith(whole)) return 3;
		if (plain.includes(whole)) return 2;
		return words.length > 1 && words.every((word) => own.includes(word)) ? 1 : 0;
	};
}

/** Words between the others that no name needs: "the invoice from march". */
const lightWords = new Set(["the", "a", "an", "of", "from", "for", "in", "on", "my", "and", "to", "with"]);

/** A name without what nobody says of it: "Tax_Return-2024.pdf" is "taxreturn2024pdf". */
function letters(name: string): string {
	return name.replace(/[\s_.,()-]+/g, "");
}
