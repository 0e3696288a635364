/**
 * What recognisers write where nobody spoke, learnt from their training on captioned videos. Never a command, so
 * dropped however it came about. (Whisper's: Barański et al., "Investigation of Whisper ASR Hallucinations Induced by
 * Non-Speech Audio", 2025.)
 */
const neverSaid =
	/^(thanks?( you)?( (so|very) much)? for (watching|listening|viewing)|(please )?(like and |don't forget to )?subscribe( to (my|the|our) channel)?|(sub(titles|titled|titling)|transcri(bed|ption)|captions?|translated) by .*|i'll see you (in the )?next (time|video)|see you (in the )?next video|www\..*|.*\bamara\.org.*)$/;

/** Also written for noise, but people say it too: believed only where the voice was clear. */
const oftenMadeUp =
	/^(thank you( very much| so much)?|thanks|you|bye( bye)?|okay|oh|so|the|and|i|uh|um|hmm+|mm+|ah+|yeah)$/;

/** What the voice detector says of the sound that was decoded. */
export interface VoiceEvidence {
	/** Seconds of it that are speech. */
	voiced: number;
	/** Mean probability of those windows. */
	clarity: number;
}

/** People speak up to 6–7 words a second; a little is granted for words at the edges. */
const wordsPerSecond = 7;
const wordsGranted = 2;
/** Below either, the phrases people seldom say alone are taken for made up. */
const clearVoice = { voiced: 0.3, clarity: 0.85 };

/**
 * The transcript a person can have said, given what the voice detector heard: without descriptions of sounds
 * (`[Music]`, `(applause)`, `♪`), and empty where it is a phrase recognisers make up, goes round in circles, or has
 * more words than the time allows.
 */
export function plausible(text: string, evidence: VoiceEvidence): string {
	const said = text
		.replace(/\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫#]+/g, " ")
		.replace(/\s+/g, " ")
		.trim();
	const words = said.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'.-]*/gu) ?? [];
	const plain = words.map((word) => word.replace(/[.-]+$/, ""));
	const phrase = plain.join(" ");
	if (phrase === "" || neverSaid.test(phrase)) return "";
	const unclear = evidence.voiced < clearVoice.voiced || evidence.clarity < clearVoice.clarity;
	if (unclear && oftenMadeUp.test(phrase)) return "";
	if (plain.length > wordsGranted + wordsPerSecond * evidence.voiced) return "";
	return circles(plain) ? "" : said;
}

/** Whether a group of words comes over and over: one word seven times, or two to eight words four times in a row. */
function circles(words: readonly string[]): boolean {
	for (let size = 1; size <= 8; size++) {
		const most = size === 1 ? 7 : 4;
		let run = 0;
		for (let i = size; i < words.length; i++) {
			run = words[i] === words[i - size] ? run + 1 : 0;
			if (
				run >= size * (most - 1) &&
				(size > 1 || !/^(\p{N}|zero|one|two|three|four|five|six|seven|eight|nine)/u.test(words[i] ?? ""))
			) {
				return true;
			}
		}
	}
	return false;
}
