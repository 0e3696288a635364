import {
	createLevelMeter,
	type LevelMeter,
	type Microphone,
	microphoneProblem,
	microphoneProblemOf,
	type openMicrophone,
} from "../audio/index.ts";
import { type Connection, Refused } from "./connection.ts";
import type { LiveAction, TalkMode } from "./state.ts";

/** Closes the microphone when nobody began to speak for this long after pressing it, or no answer came. */
const silenceMs = 15_000;
/** How long after an answer its sound may begin; a moment after the sound the microphone closes. */
const soundMs = 3_000;
const afterwardsMs = 500;
/** How long a question waits for a spoken answer. */
const questionMs = 8_000;
/** Keeps the microphone ready after a turn, so that the next one does not lose its first word. */
const keepReadyMs = 15_000;

export interface TalkDeps {
	connection: Pick<Connection, "online" | "send" | "sendSound" | "startAudio">;
	session: string;
	dispatch(action: LiveAction): void;
	openMicrophone: typeof openMicrophone;
	deviceId(): string | undefined;
}

/** The microphone as the page uses it: opened by a press, kept by hands-free, taken up again after a reconnect. */
export interface Talk {
	readonly level: LevelMeter;
	/**
	 * Begins to listen to one command. After its last word the microphone stays open while the answer is worked on and
	 * spoken, so that speech interrupts it, and for the answer where it asks back; then it closes by itself.
	 */
	start(): Promise<void>;
	/** Ends the words now: what was said is answered. */
	stop(): void;
	/** Keeps listening for the wake phrase, before and after each command, until turned off. */
	setHandsFree(on: boolean): void;
	/** The server heard speech begin or end, has the final words, found that there were none, or failed to get them. */
	onSpeech(phase: "start" | "end" | "final" | "nothing" | "failed"): void;
	/** The answer came; `asks`: it waits for an answer itself. */
	onReply(asks: boolean): void;
	/** The assistant's voice is heard, or no longer. */
	onSpeaking(speaking: boolean): void;
	onConnection(online: boolean): void;
	close(): void;
}

export function createTalk({ connection, session, dispatch, openMicrophone, deviceId }: TalkDeps): Talk {
	const level = createLevelMeter();
	let microphone: Microphone | undefined;
	let opening: Promise<Microphone> | undefined;
	let mode: TalkMode | undefined;
	let handsFree = false;
	/** Chunks go out only once the server has taken the start; until then they wait, so no first word is lost. */
	let accepted = false;
	let waiting: ArrayBuffer[] = [];
	let quiet: ReturnType<typeof setTimeout> | undefined;
	/** The command was heard; the microphone is open for interrupting its answer: what is known of that. */
	let staying: { replied: boolean; asks: boolean; sounded: boolean } | undefined;
	let speaking = false;
	/** Somebody is speaking: what happens to the answer meanwhile does not close the microphone on them. */
	let hearing = false;
	let release: ReturnType<typeof setTimeout> | undefined;

	function onChunk(pcm: ArrayBuffer) {
		if (mode === undefined) return;
		level.feed(new Int16Array(pcm));
		if (accepted) connection.sendSound(pcm);
		else if (connection.online) waiting.push(pcm);
	}

	function drop() {
		microphone?.close();
		microphone = undefined;
		opening = undefined;
	}

	async function ready(): Promise<void> {
		clearTimeout(release);
		if (microphone !== undefined) return;
		opening ??= openMicrophone({ deviceId: deviceId(), onChunk, onLost });
		try {
			microphone = await opening;
		} finally {
			opening = undefined;
		}
	}

	function onLost() {
		end(false);
		drop();
		dispatch({ type: "microphone", microphone: { state: "problem", problem: microphoneProblem("lost") } });
	}

	async function announce(wanted: TalkMode): Promise<void> {
		accepted = false;
		await connection.startAudio({ sampleRate: 16_000, mode: wanted, session });
		if (mode !== wanted) return;
		accepted = true;
		for (const pcm of waiting) connection.sendSound(pcm);
		waiting = [];
	}

	function end(tell: boolean) {
		clearTimeout(quiet);
		staying = undefined;
		hearing = false;
		if (tell && mode !== undefined) connection.send("audio:stop");
		mode = undefined;
		accepted = false;
		waiting = [];
		level.reset();
		clearTimeout(release);
		release = setTimeout(drop, keepReadyMs);
		dispatch({ type: "microphone", microphone: { state: "off" } });
	}

	/** Ends a command and goes back to waiting for the wake phrase where that is wanted. */
	function finish() {
		const rest = handsFree && mode === "push-to-talk" && connection.online;
		end(true);
		if (rest) void listen("hands-free");
	}

	/** Leaves the microphone open after the command, for as long as there is an answer to interrupt or to give. */
	function stay(now: NonNullable<typeof staying>) {
		staying = now;
		if (hearing) return;
		clearTimeout(quiet);
		dispatch({ type: "microphone", microphone: { state: "on", mode: "push-to-talk", hearing: false, staying: true } });
		if (speaking) return;
		const { replied, asks, sounded } = now;
		const left = !replied ? silenceMs : asks ? questionMs : sounded ? afterwardsMs : soundMs;
		quiet = setTimeout(finish, left);
	}

	async function listen(wanted: TalkMode): Promise<void> {
		if (mode !== undefined) end(true);
		mode = wanted;
		dispatch({ type: "notice", notice: undefined });
		dispatch({ type: "microphone", microphone: { state: "opening" } });
		try {
			await ready();
		} catch (thrown) {
			mode = undefined;
			waiting = [];
			dispatch({ type: "microphone", microphone: { state: "problem", problem: microphoneProblemOf(thrown) } });
			return;
		}
		if (mode !== wanted) return;
		dispatch({ type: "microphone", microphone: { state: "on", mode: wanted, hearing: false } });
		if (wanted === "push-to-talk") quiet = setTimeout(finish, silenceMs);
		try {
			await announce(wanted);
		} catch (thrown) {
			// While the connection is away hands-free waits for it; onConnection takes it up again.
			if (wanted === "hands-free" && !connection.online) return;
			end(false);
			dispatch({ type: "notice", notice: noticeOf(thrown) });
		}
	}

	return {
		level,
		start: () => listen("push-to-talk"),
		stop() {
			if (mode === "push-to-talk") finish();
		},
		setHandsFree(on) {
			handsFree = on;
			if (on && mode === undefined) void listen("hands-free");
			if (!on && mode === "hands-free") end(true);
		},
		onSpeech(phase) {
			if (mode === undefined) return;
			clearTimeout(quiet);
			hearing = phase === "start";
			if (mode === "push-to-talk" && (phase === "final" || phase === "failed") && !handsFree) {
				return stay({ replied: phase === "failed", asks: false, sounded: false });
			}
			if (staying !== undefined && phase === "end") return stay(staying);
			dispatch({ type: "hearing", hearing });
			if (mode !== "push-to-talk" || phase === "start" || phase === "end") return;
			finish();
			if (phase === "nothing") dispatch({ type: "notice", notice: nothingHeard });
		},
		onReply(asks) {
			if (staying !== undefined) stay({ replied: true, asks, sounded: false });
		},
		onSpeaking(heard) {
			speaking = heard;
			if (staying !== undefined) stay({ ...staying, sounded: true });
		},
		onConnection(online) {
			if (mode === undefined) return;
			accepted = false;
			waiting = [];
			if (!online) return;
			if (mode === "hands-free") void announce(mode).catch(() => undefined);
			else {
				end(false);
				if (handsFree) void listen("hands-free");
			}
		},
		close() {
			end(true);
			clearTimeout(release);
			drop();
		},
	};
}

const nothingHeard = {
	message: "I didn't hear any words",
	fix: "Speak a little louder or closer to the microphone, or choose another microphone in the settings.",
};

function noticeOf(thrown: unknown): { message: string; fix: string } {
	const again = "Press the microphone to try again, or type.";
	if (thrown instanceof Refused) return { message: thrown.message, fix: thrown.fix ?? again };
	return { message: "The assistant did not begin to listen", fix: again };
}
