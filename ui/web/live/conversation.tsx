import { useEffect, useRef } from "react";
import { clockTime } from "../parts/format.ts";
import type { Turn } from "./turns.ts";

interface ConversationProps {
	turns: readonly Turn[];
	shown: string | undefined;
	onShow(id: string): void;
	/** Reads what was said before; undefined where there is no more. */
	onOlder: (() => Promise<void>) | undefined;
}

/** The conversation so far, newest first; choosing an exchange shows it in full. */
export function Conversation({ turns, shown, onShow, onOlder }: ConversationProps) {
	const list = useRef<HTMLOListElement>(null);
	const newest = turns.at(-1)?.id;

	// biome-ignore lint/correctness/useExhaustiveDependencies: a new turn brings the list back to its start
	useEffect(() => {
		list.current?.scrollTo({ top: 0 });
	}, [newest]);

	if (turns.length === 0) {
		return <p className="px-5 pb-5 text-soft text-sm">What you say and what comes of it is kept here.</p>;
	}
	return (
		<ol ref={list} className="max-h-80 overflow-y-auto border-line border-t lg:max-h-[min(28rem,45dvh)]">
			{turns.toReversed().map((turn) => (
				<li key={turn.id} className="border-line border-b last:border-b-0">
					<button
						type="button"
						aria-current={turn.id === shown ? "true" : undefined}
						onClick={() => onShow(turn.id)}
						className="block w-full px-5 py-2.5 text-left text-sm -outline-offset-2 hover:bg-raised aria-[current]:bg-raised"
					>
						<span className="flex items-baseline gap-3">
							<span className="line-clamp-1 min-w-0 flex-1 font-medium">{titleOf(turn)}</span>
							<time dateTime={new Date(turn.at).toISOString()} className="shrink-0 text-soft text-xs tabular-nums">
								{clockTime(turn.at)}
							</time>
						</span>
						<span className={`mt-0.5 line-clamp-2 ${isFailed(turn) ? "text-danger" : "text-soft"}`}>
							{outcomeOf(turn)}
						</span>
					</button>
				</li>
			))}
			{onOlder === undefined ? null : (
				<li>
					<button
						type="button"
						onClick={() => void onOlder()}
						className="block w-full px-5 py-3 text-center font-medium text-accent text-sm -outline-offset-2 hover:bg-raised"
					>
						Show older
					</button>
				</li>
			)}
		</ol>
	);
}

function titleOf(turn: Turn): string {
	if (turn.source === "assistant" || turn.source === "announcement") return "AIOS";
	return turn.said === "" ? "…" : turn.said;
}

function isFailed({ reply, failure }: Turn): boolean {
	return failure !== undefined || reply?.status === "failed";
}

function outcomeOf({ reply, failure }: Turn): string {
	return failure?.message ?? reply?.confirmation?.summary ?? reply?.question?.text ?? reply?.reply ?? "…";
}
