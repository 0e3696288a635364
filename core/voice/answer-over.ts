import { yesOrNo } from "../text/index.ts";
import { isHush } from "./phrases.ts";
import { wordsOf } from "./words.ts";

/** What was said while the assistant was still reading its question aloud. */
export interface Answered {
	words: string;
	/** What it had said when these words ended. */
	spoken: string;
	/** The sound itself showed that a person spoke. */
	surely: boolean;
	/** The words began when all but its closing "Shall I?" had been said. */
	closing: boolean;
	/** This question was asked again before, for the same reason. */
	again: boolean;
}

/**
 * What a "yes" or a "no" counts for that comes while the question is still being read aloud; undefined where the words
 * are neither.
 *
 * The two are not alike. A "no" costs a repeated request at worst, so it counts at any time, unless it may be the
 * assistant hearing a word of its own. A "yes" lets something happen that can perhaps not be undone: it counts only from
 * somebody who has heard what they agree to (all but the closing question), where the sound itself showed a person,
 * and where the assistant was not saying that word. Words alone never show a person here: a loudspeaker's "Shall I?" is
 * easily misheard as "sure". Every other "yes" makes the assistant ask again, which confirms nothing; once only where
 * it may have heard itself, so that it does not go on and on with itself.
 */
export function answerOver(said: Answered): "yes" | "no" | "again" | "nothing" | undefined {
	const approve = yesOrNo(said.words) ?? (isHush(said.words) ? false : undefined);
	if (approve === undefined) return undefined;
	const own = isOwn(said.words, said.spoken);
	if (!approve) return said.surely || !own ? "no" : "nothing";
	if (said.surely) return said.closing && !own ? "yes" : "again";
	return own || said.again ? "nothing" : "again";
}

/** Any of the words is among what the assistant has said. */
function isOwn(words: string, spoken: string): boolean {
	const own = new Set(wordsOf(spoken));
	return wordsOf(words).some((word) => own.has(word));
}
