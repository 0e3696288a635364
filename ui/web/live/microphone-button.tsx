import { type PointerEvent, useRef } from "react";
import { LevelRing } from "./level-ring.tsx";
import type { Activity } from "./state.ts";

/** A press held longer than this is push-to-talk: letting go ends the words. */
const holdMs = 400;

const names: Record<Activity, string> = {
	offline: "Microphone, not connected",
	idle: "Talk",
	problem: "Talk",
	opening: "Cancel",
	waiting: "Stop listening",
	hearing: "Done speaking",
	thinking: "Talk",
	speaking: "Interrupt and talk",
};

interface MicrophoneButtonProps {
	activity: Activity;
	/** A command is being listened to: pressing again ends it. */
	listening: boolean;
	/** The command was heard, and the microphone is still open for interrupting or answering: pressing closes it. */
	staying: boolean;
	/** Smaller, to leave room for an exchange. */
	compact: boolean;
	level(): number;
	onStart(): void;
	onStop(): void;
}

/** The big microphone: a click listens until the sentence ends, holding it listens until it is let go. */
export function MicrophoneButton(props: MicrophoneButtonProps) {
	const { activity, listening, staying, compact, level, onStart, onStop } = props;
	const pressedAt = useRef<number>(undefined);

	function press(event: PointerEvent<HTMLButtonElement>) {
		if (event.button !== 0) return;
		pressedAt.current = listening ? undefined : event.timeStamp;
		if (listening) onStop();
		else onStart();
	}

	function letGo(event: PointerEvent<HTMLButtonElement>) {
		if (pressedAt.current !== undefined && event.timeStamp - pressedAt.current > holdMs) onStop();
		pressedAt.current = undefined;
	}

	const live = activity === "hearing" || activity === "waiting" || activity === "speaking";
	return (
		<div
			className={`relative grid place-items-center transition-[width,height] duration-300 ${compact ? "size-40 sm:size-44" : "size-56 sm:size-64"} ${live ? "text-accent" : "text-soft"}`}
		>
			<LevelRing level={level} active={live} />
			{activity === "thinking" || activity === "opening" ? (
				<span
					aria-hidden="true"
					className="absolute size-[66%] animate-[turn_1.1s_linear_infinite] rounded-full border-2 border-transparent border-t-accent"
				/>
			) : null}
			<button
				type="button"
				aria-label={staying && activity !== "hearing" ? names.waiting : names[activity]}
				aria-keyshortcuts="Space"
				disabled={activity === "offline"}
				onPointerDown={press}
				onPointerUp={letGo}
				onPointerCancel={letGo}
				onClick={(event) => {
					// Pointers are served above; what is left are screen readers and the Enter key.
					if (event.detail !== 0) return;
					if (listening) onStop();
					else onStart();
				}}
				className={`relative grid size-[57%] touch-manipulation select-none place-items-center rounded-full shadow-card transition-[background-color,transform] duration-200 active:scale-97 disabled:opacity-60 ${
					listening
						? "bg-accent text-accent-ink"
						: "border border-line bg-surface text-accent hover:bg-raised disabled:text-soft"
				}`}
			>
				<svg viewBox="0 0 24 24" className="size-[38%]" fill="none" aria-hidden="true">
					<rect x="9" y="3" width="6" height="11" rx="3" className="fill-current" />
					<path
						d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3"
						className="stroke-current"
						strokeWidth="1.7"
						strokeLinecap="round"
					/>
				</svg>
			</button>
		</div>
	);
}
