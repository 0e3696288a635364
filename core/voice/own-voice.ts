import { soundsLike } from "../text/index.ts";
import { wordsOf } from "./words.ts";

/** Two words this alike by sound are the same word heard through a loudspeaker. */
const sameWord = 0.75;

/** Share of heard words that must be the assistant's own, in its own order, to call the whole an echo. */
const mostly = 0.7;

/**
 * What a person said in `heard`, given what the assistant was saying at the time: the words that are not its own,
 * or "" when all of it is the assistant hearing itself. Own words are looked for in their order and nearby.
 */
export function withoutOwnVoice(heard: string, spoken: string): string {
	const words = wordsOf(heard);
	const own = wordsOf(spoken);
	if (words.length === 0) return "";
	if (own.length === 0) return heard;
	const echo = longestCommon(words, own);
	const share = echo.filter(Boolean).length / words.length;
	if (share >= mostly) {
		// The person may have answered right after: what follows the last of the assistant's words is theirs.
		const after = words.slice(echo.lastIndexOf(true) + 1);
		return after.length >= 2 ? after.join(" ") : "";
	}
	let lead = 0;
	while (echo[lead] === true) lead += 1;
	return lead >= 3 ? words.slice(lead).join(" ") : heard;
}

/** Which of the heard words belong to the longest common subsequence with the spoken ones, by sound. */
function longestCommon(heard: readonly string[], spoken: readonly string[]): boolean[] {
	const same = heard.map((a) => spoken.map((b) => a === b || soundsLike(a, b) >= sameWord));
	const lengths = Array.from({ length: heard.length + 1 }, () => new Array<number>(spoken.length + 1).fill(0));
	const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
	for (let i = heard.length - 1; i >= 0; i -= 1) {
		const row = lengths[i] ?? [];
		for (let j = spoken.length - 1; j >= 0; j -= 1) {
			row[j] = same[i]?.[j] === true ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
		}
	}
	const own = new Array<boolean>(heard.length).fill(false);
	for (let i = 0, j = 0; i < heard.length && j < spoken.length; ) {
		if (same[i]?.[j] === true) {
			own[i] = true;
			i += 1;
			j += 1;
		} else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
		else j += 1;
	}
	return own;
}
