import { useEffect, useRef, useState } from "react";
import { EffectMark, type SayableTool } from "../tools/index.ts";
import type { Turn } from "./turns.ts";

interface ConfirmationProps {
	turn: Turn;
	effect: SayableTool["effect"] | undefined;
	onDecide(id: string, approve: boolean): void;
}

/** Reads the exact call back and asks. Focus comes to the card, never to a button: a stray Enter approves nothing. */
export function Confirmation({ turn, effect, onDecide }: ConfirmationProps) {
	const card = useRef<HTMLElement>(null);
	const confirmation = turn.reply?.confirmation;
	const expired = useExpired(confirmation?.expires_at);
	const open = turn.decision === undefined && !expired;

	useEffect(() => {
		if (open && mayTakeFocus()) card.current?.focus({ preventScroll: true });
	}, [open]);

	if (confirmation === undefined) return null;
	return (
		<section
			ref={card}
			tabIndex={-1}
			aria-label="Confirmation"
			onKeyDown={(event) => {
				if (event.key !== "Escape" || !open) return;
				event.stopPropagation();
				onDecide(confirmation.id, false);
			}}
			className="-m-1 rounded-xl border border-warn bg-warn-wash p-4 sm:p-5"
		>
			<h3 className="flex flex-wrap items-center gap-2 font-semibold">
				{open ? "Shall I do this?" : outcome(turn.decision)} <EffectMark effect={effect} />
			</h3>
			<p className="mt-2 whitespace-pre-wrap text-lg leading-snug">{confirmation.summary}</p>
			{open ? (
				<div className="mt-4 flex flex-wrap gap-3">
					<button type="button" className="button-primary" onClick={() => onDecide(confirmation.id, true)}>
						Approve
					</button>
					<button type="button" className="button-plain" onClick={() => onDecide(confirmation.id, false)}>
						Cancel
					</button>
				</div>
			) : null}
		</section>
	);
}

function outcome(decision: Turn["decision"]): string {
	if (decision === "sending") return "Sending…";
	if (decision === "approved") return "Approved";
	return decision === "cancelled" ? "Cancelled" : "No longer valid. Ask again if you still want it.";
}

/** Focus is taken from nobody who is writing. */
function mayTakeFocus(): boolean {
	const focused = document.activeElement;
	if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement) return focused.value === "";
	return document.querySelector("dialog[open]") === null;
}

function useExpired(at: string | undefined): boolean {
	const end = at === undefined ? 0 : new Date(at).getTime();
	const [now, setNow] = useState(Date.now);
	useEffect(() => {
		const left = end - Date.now();
		if (left <= 0) return;
		const timer = setTimeout(() => setNow(Date.now()), Math.min(left + 50, 2 ** 31 - 1));
		return () => clearTimeout(timer);
	}, [end]);
	return end <= now;
}
