import { soundKeys, soundsLike } from "../text/index.ts";

/** How alike two words must sound for one to be taken for the other: "said" and "set" are 0.83. */
const leastAlike = 0.76;

/** What a word is worth for its plain form: recognisers write "opened" for "open" before a vowel. */
export const inflected = 0.92;

/** The words all templates are made of, numbered, and which of them a heard word may have been. */
export interface Lexicon {
	/** The number of a word, given when it is first seen. */
	add(word: string): number;
	idOf(word: string): number | undefined;
	/**
	 * The words that sound like this one, itself left out, with how alike they are (0 to 1); {@link inflected} where it
	 * is a form of that word.
	 */
	neighbours(word: string): ReadonlyMap<number, number>;
}

export function createLexicon(): Lexicon {
	const ids = new Map<string, number>();
	const words: string[] = [];
	let bySound: Map<string, number[]> | undefined;
	const known = new Map<string, ReadonlyMap<number, number>>();

	// A code and the codes with one sound dropped: words one sound apart share at least one of them. An "h" in front is
	// heard or lost ("had" for "add"): then the word begins with a vowel, which is coded as A.
	const codes = (word: string): Set<string> => {
		const all = new Set<string>();
		for (const key of soundKeys(word)) {
			all.add(key);
			if (/^[AH]/.test(key)) all.add(`A${key.slice(1)}`);
			for (let drop = 0; key.length > 2 && drop < key.length; drop++) all.add(key.slice(0, drop) + key.slice(drop + 1));
		}
		return all;
	};

	const index = (): Map<string, number[]> => {
		if (bySound !== undefined) return bySound;
		bySound = new Map();
		for (const [id, word] of words.entries()) {
			if (word.length < 2 || /\d/.test(word)) continue;
			for (const code of codes(word)) {
				const sharing = bySound.get(code);
				if (sharing === undefined) bySound.set(code, [id]);
				else sharing.push(id);
			}
		}
		return bySound;
	};

	return {
		add(word) {
			let id = ids.get(word);
			if (id === undefined) {
				id = words.push(word) - 1;
				ids.set(word, id);
				bySound = undefined;
				known.clear();
			}
			return id;
		},
		idOf: (word) => ids.get(word),
		neighbours(word) {
			const cached = known.get(word);
			if (cached !== undefined) return cached;
			const found = new Map<number, number>();
			if (word.length >= 2 && !/\d/.test(word)) {
				for (const code of codes(word)) {
					for (const id of index().get(code) ?? []) {
						const other = words[id] ?? "";
						if (other === word || found.has(id)) continue;
						const alike = soundsLike(word, other);
						if (alike >= leastAlike) found.set(id, alike);
					}
				}
			}
			for (const plain of plainForms(word)) {
				const id = ids.get(plain);
				if (id !== undefined) found.set(id, Math.max(inflected, found.get(id) ?? 0));
			}
			if (known.size > 5_000) known.clear();
			known.set(word, found);
			return found;
		},
	};
}

const endings = ["ed", "d", "es", "s", "ing"];

/** What a word may be a form of: "stopped" of "stopp", "stoppe" and "stop". */
function plainForms(word: string): string[] {
	return endings.flatMap((ending) => {
		const stem = word.slice(0, -ending.length);
		if (!word.endsWith(ending) || stem.length < 3) return [];
		const doubled = stem.at(-1) === stem.at(-2);
		return [stem, `${stem}e`, ...(doubled ? [stem.slice(0, -1)] : [])];
	});
}
