import type { Reply } from "../contract/index.ts";
import { yesOrNo } from "../text/index.ts";
import { type Answered, answerOver } from "./answer-over.ts";
import { withoutOwnVoice } from "./own-voice.ts";
import { isHush, isMadeUp } from "./phrases.ts";
import { afterWakePhrase } from "./wake.ts";

/** What was heard, and the circumstances in which it was said. */
export interface Heard {
	text: string;
	/** The assistant was talking when it began, or had just stopped: what it was saying. */
	over?: string;
	/** The same, for a yes or a no to its question: what of it was said by then, and what the sound tells. */
	answered?: Omit<Answered, "words">;
	/** No wake phrase is needed: push-to-talk, a follow-up, an interruption. */
	open: boolean;
	/** The assistant is talking or working: "stop" means that. */
	busy: boolean;
	/** The last reply, when it waits for a yes or a no. */
	confirm?: Reply;
	wakePhrase: string;
}

export type Decision =
	| { kind: "command"; text: string }
	| { kind: "answer"; text: string; id: string; approve: boolean }
	/** A yes that does not count, as the question was still being read aloud: it is asked again. */
	| { kind: "again"; text: string; question: Reply }
	/** Stop talking, stop working. */
	| { kind: "hush"; text: string }
	/** The wake phrase alone: the command comes next. */
	| { kind: "awake"; text: string }
	/** Nobody said it: noise, or the assistant hearing itself. */
	| { kind: "nothing" }
	/** Said, but not to the assistant. */
	| { kind: "other" };

/** Decides what something heard is to the assistant. Pure. */
export function decide(heard: Heard): Decision {
	if (isMadeUp(heard.text) && !(heard.open && yesOrNo(heard.text) !== undefined)) return { kind: "nothing" };
	let text = heard.text.trim();
	const early = overQuestion(heard, text);
	if (early !== undefined) return early;
	if (heard.over !== undefined) {
		const said = withoutOwnVoice(text, heard.over);
		// Its own voice never confirms anything: where a yes is waited for, a mixture of both is not trusted either.
		if (said === "" || (heard.confirm !== undefined && said !== text)) return { kind: "nothing" };
		text = said;
	}
	const woken = afterWakePhrase(text, heard.wakePhrase, { leading: heard.open });
	if (woken === undefined && !heard.open) return { kind: "other" };
	if (heard.wakePhrase !== "" && woken === "") return { kind: "awake", text };
	const words = woken ?? text;
	if (heard.confirm?.confirmation !== undefined) {
		const approve = yesOrNo(words);
		if (approve !== undefined) return { kind: "answer", text: words, id: heard.confirm.confirmation.id, approve };
	}
	if (heard.busy && isHush(words)) return { kind: "hush", text: words };
	return { kind: "command", text: words };
}

/** A yes or a no to the question that is, or was just, being read aloud. */
function overQuestion({ over, answered, confirm, wakePhrase }: Heard, text: string): Decision | undefined {
	if (over === undefined || answered === undefined || confirm?.confirmation === undefined) return undefined;
	const words = afterWakePhrase(text, wakePhrase, { leading: true }) ?? text;
	const { id } = confirm.confirmation;
	switch (answerOver({ ...answered, words })) {
		case undefined:
			return undefined;
		case "nothing":
			return { kind: "nothing" };
		case "again":
			return { kind: "again", text: words, question: confirm };
		case "no":
			return { kind: "answer", text: words, id, approve: false };
		case "yes":
			return { kind: "answer", text: words, id, approve: true };
	}
}
