import { doubleMetaphone } from "double-metaphone";

/** Letters apart from which, with accents dropped, a word is compared. */
function letters(text: string): string {
	return text
		.toLowerCase()
		.normalize("NFKD")
		.replace(/[^a-z0-9]+/g, " ")
		.trim();
}

/**
 * What a text sounds like, vowels aside: the Double Metaphone codes (Lawrence Philips, 2000) of its words, joined; first
 * the usual one, then the one of the other plausible pronunciation ("git": JT and KT).
 */
export function soundKeys(text: string): [string, string] {
	let first = "";
	let second = "";
	for (const word of letters(text).split(" ")) {
		if (/\d/.test(word)) {
			first += word;
			second += word;
			continue;
		}
		const [a, b] = doubleMetaphone(word);
		first += a;
		second += b;
	}
	return [first, second];
}

/**
 * How much two texts sound alike, 0 to 1: the mean of how close their consonants (Double Metaphone) and their letters
 * (an edit distance in which vowels and related consonants are cheap to change) are. Spaces don't count, so that
 * "pass ta" is "pasta". The same text is 1, "jit" and "git" 0.85, "medium rose" and "medium roast" 0.8; below 0.7 two
 * words have little in common.
 */
export function soundsLike(a: string, b: string): number {
	const left = letters(a).replaceAll(" ", "");
	const right = letters(b).replaceAll(" ", "");
	if (left === "" || right === "") return 0;
	if (left === right) return 1;
	const longest = Math.max(left.length, right.length);
	// Nothing so different in length can sound alike, and the table below need not be filled to know it.
	if (Math.min(left.length, right.length) * 3 < longest) return 0;
	const spelling = 1 - distance(left, right) / longest;
	let sound = 0;
	for (const one of new Set(soundKeys(a))) {
		for (const other of new Set(soundKeys(b))) {
			const length = Math.max(one.length, other.length);
			sound = Math.max(sound, length === 0 ? spelling : 1 - distance(one, other) / length);
		}
	}
	return (spelling + sound) / 2;
}

/** Letters and codes that recognisers take for each other: voiced and unvoiced pairs, and neighbours of the same place. */
const related = ["bpfv", "dt0", "gkqcjx", "szcx", "mn", "lr", "aeiouy", "ckq", "jgy", "wu", "hx", "ah"];

const costs = new Map<string, number>();
for (const group of related) {
	const cost = group === "aeiouy" ? 0.35 : 0.5;
	for (const one of group) for (const other of group) if (one !== other) costs.set(one + other, cost);
}

function substitution(a: string, b: string): number {
	return a === b ? 0 : (costs.get(a + b) ?? 1);
}

/** Dropping a vowel, an "h" or an "r" after a vowel is what an accent does; dropping another consonant is a change. */
function omission(letter: string): number {
	if ("aeiouyh".includes(letter)) return 0.5;
	return letter === "r" ? 0.7 : 1;
}

/** Levenshtein's distance with the costs above; a doubled letter is free. */
function distance(a: string, b: string): number {
	const left = a.toLowerCase();
	const right = b.toLowerCase();
	let previous = [0];
	for (let j = 0; j < right.length; j++) previous.push((previous[j] ?? 0) + dropped(right, j));
	for (let i = 0; i < left.length; i++) {
		const current = [(previous[0] ?? 0) + dropped(left, i)];
		for (let j = 0; j < right.length; j++) {
			current.push(
				Math.min(
					(previous[j] ?? 0) + substitution(left.charAt(i), right.charAt(j)),
					(previous[j + 1] ?? 0) + dropped(left, i),
					(current[j] ?? 0) + dropped(right, j),
				),
			);
		}
		previous = current;
	}
	return previous.at(-1) ?? 0;
}

function dropped(word: string, at: number): number {
	const letter = word.charAt(at);
	return at > 0 && word.charAt(at - 1) === letter ? 0.1 : omission(letter);
}
