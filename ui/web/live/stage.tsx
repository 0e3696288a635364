import type { SayableTool } from "../tools/index.ts";
import type { LiveAssistant } from "./assistant.ts";
import { MicrophoneButton } from "./microphone-button.tsx";
import type { Activity, LiveState } from "./state.ts";
import { TurnView } from "./turn-view.tsx";
import { newestTurn, type Turn } from "./turns.ts";

/** Sentences every installation understands, for the first time the page is open. */
const firstWords = ["What time is it?", "Set a timer for ten minutes", "What is 17 times 23?"];

interface StageProps {
	assistant: LiveAssistant;
	state: LiveState;
	activity: Activity;
	turn: Turn | undefined;
	/** The turn was chosen from the conversation and is not the latest. */
	past: boolean;
	tools: readonly SayableTool[];
	handsFree: boolean;
	onTalk(): void;
	onHandsFree(on: boolean): void;
	onBack(): void;
}

/** The middle of the screen: the microphone, what it is doing, and the exchange of now. */
export function Stage(props: StageProps) {
	const { assistant, state, activity, turn, past, tools, handsFree } = props;
	const { microphone } = state;
	const listening = microphone.state === "opening" || (microphone.state === "on" && microphone.mode === "push-to-talk");
	const staying = microphone.state === "on" && microphone.staying === true;
	// A typed command is bounded by its own deadline; only what was spoken can be called off.
	const stoppable = activity === "speaking" || (activity === "thinking" && newestTurn(state.turns)?.source === "voice");

	return (
		<>
			<div className="flex flex-col items-center">
				<MicrophoneButton
					activity={activity}
					listening={listening}
					staying={staying}
					compact={turn !== undefined}
					level={() => (state.speaking === undefined ? assistant.talk.level.read() : assistant.player.level())}
					onStart={props.onTalk}
					onStop={assistant.talk.stop}
				/>
				<p className="-mt-1 min-h-7 text-center font-medium" data-part="activity">
					{staying && activity in stayingCaptions ? (
						stayingCaptions[activity]
					) : (
						<Caption activity={activity} handsFree={!listening && handsFree} wake={state.status?.voice.wake_phrase} />
					)}
				</p>
				<div className="mt-1 flex min-h-11 flex-wrap items-center justify-center gap-x-5 gap-y-2">
					<label className="flex items-center gap-2.5 py-2 text-sm">
						<input
							type="checkbox"
							role="switch"
							aria-checked={handsFree}
							checked={handsFree}
							onChange={(event) => props.onHandsFree(event.target.checked)}
							className="relative h-6 w-10 shrink-0 appearance-none rounded-full border border-edge bg-raised transition-colors before:absolute before:top-0.75 before:left-0.75 before:size-4 before:rounded-full before:bg-edge before:transition-transform checked:border-accent checked:bg-accent checked:before:translate-x-4 checked:before:bg-accent-ink"
						/>
						Hands-free
					</label>
					{stoppable ? (
						<button type="button" className="button-plain" onClick={assistant.interrupt}>
							{activity === "speaking" ? "Stop speaking" : "Stop"}
						</button>
					) : null}
				</div>
			</div>
			{past ? (
				<button type="button" className="button-quiet self-start text-sm" onClick={props.onBack}>
					← Back to now
				</button>
			) : null}
			{turn === undefined ? (
				<FirstWords disabled={activity === "offline"} onSay={assistant.say} />
			) : (
				<TurnView key={turn.at} turn={turn} tools={tools} onDecide={assistant.decide} onResend={assistant.say} />
			)}
		</>
	);
}

/** What the page says while the microphone is open for interrupting an answer, or for giving one. */
const stayingCaptions: Partial<Record<Activity, string>> = {
	waiting: "Still listening…",
	thinking: "Working on it… The microphone is still open.",
	speaking: "Speaking. Talk to interrupt.",
};

function Caption({ activity, handsFree, wake }: { activity: Activity; handsFree: boolean; wake: string | undefined }) {
	switch (activity) {
		case "offline":
			return "Connecting…";
		case "opening":
			return "Opening the microphone…";
		case "waiting":
			if (!handsFree) return "Listening…";
			return wake ? `Say “${wake}”` : "Listening for you…";
		case "hearing":
			return "I hear you…";
		case "thinking":
			return "Working on it…";
		case "speaking":
			return (
				<>
					Speaking<span className="pointer-coarse:hidden">. Escape stops it.</span>
				</>
			);
		default:
			return (
				<>
					<span className="pointer-coarse:hidden">
						Click to talk, or hold{" "}
						<kbd className="rounded-md border border-edge px-1.5 py-0.5 font-sans text-sm">Space</kbd>
					</span>
					<span className="not-pointer-coarse:hidden">Tap to talk, or hold</span>
				</>
			);
	}
}

function FirstWords({ disabled, onSay }: { disabled: boolean; onSay(text: string): void }) {
	return (
		<section aria-label="Try one of these" className="mt-4 flex flex-wrap justify-center gap-2.5">
			{firstWords.map((sentence) => (
				<button
					key={sentence}
					type="button"
					disabled={disabled}
					onClick={() => onSay(sentence)}
					className="rounded-full border border-edge bg-surface px-4 py-2 text-sm hover:bg-raised disabled:opacity-60"
				>
					“{sentence}”
				</button>
			))}
		</section>
	);
}
