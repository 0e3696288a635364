import type { Turn } from "./turns.ts";

/** Tells screen readers what was heard and answered, politely: partial words are left out, they change too fast. */
export function Announcer({ turn, activity }: { turn: Turn | undefined; activity: string }) {
	const heard = turn?.heard && turn.said !== "" && turn.source === "voice" ? `You said: ${turn.said}.` : "";
	return (
		<>
			<p role="log" aria-live="polite" aria-atomic="true" className="sr-only" data-part="announcer">
				{heard} {turn === undefined ? "" : answerOf(turn)}
			</p>
			<p aria-live="polite" className="sr-only">
				{activity === "hearing" || activity === "waiting" ? "Listening" : ""}
			</p>
		</>
	);
}

function answerOf({ reply, failure }: Turn): string {
	if (failure !== undefined) return [failure.message, failure.fix].join(" ");
	if (reply === undefined) return "";
	if (reply.confirmation !== undefined) return `Please confirm: ${reply.confirmation.summary}`;
	return reply.question?.text ?? reply.reply;
}
