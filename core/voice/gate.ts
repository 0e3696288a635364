import type { Reply } from "../contract/index.ts";
import { withoutOwnVoice } from "./own-voice.ts";
import { isHush, isMadeUp, yesOrNo } from "./phrases.ts";
import { afterWakePhrase } from "./wake.ts";

/** What was heard, and the circumstances in which it was said. */
export interface Heard {
	text: string;
	/** The assistant was talking when it began, or had just stopped: what it was saying. */
	over?: string;
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
