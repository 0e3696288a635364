import { randomUUID } from "node:crypto";
import { AiosError, type Reply, type Span, type Transcript } from "../contract/index.ts";
import { createAnnouncer } from "./announce.ts";
import { createAttention } from "./attention.ts";
import { createFrames } from "./frames.ts";
import { type Decision, decide } from "./gate.ts";
import { type Heard, type Microphone, openMicrophone } from "./microphone.ts";
import { createSpeaker } from "./speak.ts";
import { sayingSpans, spokenTurn } from "./trace.ts";
import { carryOut, failedReply, metricsOf, silentReply, type Turn } from "./turn.ts";
import type { VoiceClient, VoiceDeps, VoiceSession } from "./types.ts";

/** Commands that may wait behind the one under way; who says more is asked to wait. */
const mostWaiting = 4;

/** Least time between two complaints about the same client's sound, in milliseconds. */
const complainEveryMs = 1000;

/** An answer waits this long at most for the person to finish. */
const politeMs = 10_000;

export interface OpenSession extends VoiceSession {
	readonly client: VoiceClient;
	readonly listening: boolean;
}

/** One client's conversation by voice: its microphone, its turns in order, the assistant's voice towards it. */
export function createSession(deps: VoiceDeps, client: VoiceClient, onClose: () => void): OpenSession {
	const { events, clock, settings } = deps;
	const log = deps.log.child({ client: client.id });
	const to = { client: client.id };
	const now = (): number => clock.now().getTime();

	let microphone: Microphone | undefined;
	/** Closed by the person, but its last words are still being decoded. */
	const draining = new Set<Microphone>();
	let frames = createFrames();
	let conversation = client.id;
	let closed = false;
	/** The last reply, while it waits for an answer. */
	let expected: Reply | undefined;
	/** The question that was put a second time, as the yes to it came too early. */
	let askedAgain: Reply | undefined;
	/** Hands-free needs no wake phrase until then, nor for `followUpMs` after the assistant's last sound. */
	let openUntil = 0;
	let running: Turn | undefined;
	let waiting = 0;
	let complainedAt = Number.NEGATIVE_INFINITY;
	let hearing: Promise<unknown> = Promise.resolve();
	let working: Promise<unknown> = Promise.resolve();

	const speaker = createSpeaker({
		engines: deps.engines,
		clock,
		settings,
		send: (piece) => closed || events.emit("audio:reply", piece, to),
		cancelled(turn) {
			attention.silenced();
			if (!closed) events.emit("audio:cancel", { turn }, to);
		},
		played: (pcm, rate, startMs) => attention.played(pcm, rate, startMs),
	});
	const attention = createAttention({
		speaker,
		now,
		interrupt() {
			if (microphone !== undefined) microphone.interrupted = true;
			announcer.silence();
			speaker.cancel();
		},
	});
	const announcer = createAnnouncer({
		clock,
		free: () => microphone?.listener.speaking !== true && !speaker.talking() && running === undefined && waiting === 0,
		say: (text) => say(randomUUID(), text),
	});

	const tell = (thrown: unknown, turn?: string): void => {
		const { code, message, fix } = AiosError.from(thrown);
		events.emit("error", { code, message, ...(turn === undefined ? {} : { turn }), ...(fix && { fix }) }, to);
	};

	/** Speaks, or tells on the page why not. Gives whether any sound left. */
	const say = async (
		turn: string,
		text: string,
		{ signal = never, onFirst, span }: { signal?: AbortSignal; onFirst?(): void; span?: Span } = {},
	): Promise<boolean> => {
		const spans = deps.tracer === undefined || span === undefined ? undefined : sayingSpans(deps.tracer, span);
		let heard = false;
		const first = (): void => {
			heard = true;
			spans?.first();
			onFirst?.();
		};
		try {
			const whole = await speaker.say(turn, text, { signal, onFirst: first, traceparent: spans?.traceparent });
			spans?.end({ heard, interrupted: !whole });
		} catch (error) {
			spans?.end({ heard, interrupted: false });
			log.warn("the answer could not be spoken", { turn, error: String(error) });
			if (!closed) tell(error, turn);
		}
		return heard;
	};

	const circumstances = () => ({
		busy: running !== undefined || speaker.talking() || announcer.ringing(),
		confirm: expected?.status === "confirm" ? expected : undefined,
		wakePhrase: settings.wakePhrase,
	});

	/** A turn the engines failed: told on the page and, where there still is a voice, aloud. */
	const fail = async (turn: string, error: AiosError): Promise<void> => {
		if (closed) return;
		tell(error, turn);
		const reply = failedReply(turn, error);
		events.emit("reply", reply, to);
		await say(turn, reply.reply);
	};

	const heard = async (mic: Microphone, said: Heard): Promise<void> => {
		const { turn: id, open } = said;
		let transcript: Transcript;
		try {
			transcript = await said.text;
		} catch (error) {
			void fail(id, AiosError.from(error));
			return;
		}
		if (closed) return;
		const over = attention.spokenOver(said);
		const busy = over !== undefined || circumstances().busy;
		if (over !== undefined && !said.interrupted && said.endOfSpeechAt <= speaker.until()) {
			// Sound from while it talked that nothing showed to be a person is the loudspeaker, unless the words say otherwise.
			const asked = expected?.status === "confirm";
			const person = attention.isPerson(transcript.text, said, over, asked) || (asked && attention.surely(said));
			if (!person) {
				mic.spare.push(id);
				return;
			}
			speaker.cancel();
		}
		const answered = {
			spoken: speaker.textBy(said.endOfSpeechAt).text,
			closing: speaker.textBy(said.startedAt).closing,
			surely: attention.surely(said),
			again: expected !== undefined && expected === askedAgain,
		};
		const decision = decide({ ...circumstances(), open, over, busy, answered, text: transcript.text });
		if (decision.kind === "nothing" || decision.kind === "other") {
			mic.spare.push(id);
			return;
		}
		const final = { turn: id, text: decision.text, ms: Math.round(transcript.decodeMs) };
		events.emit("transcript:final", final, to);
		openUntil = now() + settings.followUpMs;
		if (decision.kind === "awake") return;
		if (decision.kind === "hush") {
			interrupt();
			running?.controller.abort();
			events.emit("reply", silentReply(id), to);
			return;
		}
		const turn: Turn = { id, controller: new AbortController(), utterance: said, finalAt: now() };
		if (deps.tracer !== undefined) turn.span = spokenTurn(deps.tracer, turn, transcript);
		if (waiting >= mostWaiting) {
			void fail(id, new AiosError("busy", "I'm still busy with what you asked before.", { fix: "Wait a moment." }));
			return;
		}
		waiting += 1;
		working = working.then(async () => {
			waiting -= 1;
			if (!closed) await take(turn, decision, open && mic.mode === "hands-free" && settings.wakePhrase !== "");
			turn.span?.end();
		});
	};

	/** `unasked`: no wake phrase was said, so it may have been meant for somebody else in the room. */
	const take = async (turn: Turn, decision: Decision, unasked: boolean): Promise<void> => {
		if (decision.kind !== "command" && decision.kind !== "answer" && decision.kind !== "again") return;
		running = turn;
		const open = expected;
		expected = undefined;
		const { signal } = turn.controller;
		const reply = await replyTo(turn, decision, open);
		if (closed) return;
		if (decision.kind === "again") askedAgain = reply;
		if (reply.status === "confirm" || reply.status === "ask") expected = reply;
		events.emit("reply", reply, to);
		const measure = (firstAt?: number): void => events.emit("turn:metrics", metricsOf(turn, firstAt), to);
		const overheard = unasked && reply.status === "unknown";
		const speaks = !overheard && !signal.aborted && (await polite(signal));
		const speaking = { signal, onFirst: () => measure(now()), span: turn.span };
		if (!speaks || !(await say(turn.id, reply.reply, speaking))) {
			if (!closed) measure();
		}
		if (!overheard) openUntil = Math.max(now(), speaker.until()) + settings.followUpMs;
		if (running === turn) running = undefined;
	};

	const replyTo = async (turn: Turn, decision: Decision & { text: string }, open?: Reply): Promise<Reply> => {
		// Answered meanwhile, on the page: there is nothing left to ask.
		if (decision.kind === "again")
			return open === decision.question ? { ...open, turn: turn.id } : silentReply(turn.id);
		const { text } = decision;
		const what = decision.kind === "answer" ? { id: decision.id, approve: decision.approve } : { text };
		return carryOut(deps, client, conversation, turn, what);
	};

	/** Waits until nobody is speaking; false when they said something new meanwhile, so that this answer is stale. */
	const polite = async (signal: AbortSignal): Promise<boolean> => {
		const since = now();
		while (microphone?.listener.speaking === true && !signal.aborted && now() - since < politeMs) {
			await new Promise<void>((resolve) => clock.after(50, resolve));
		}
		await hearing;
		return waiting === 0 && !signal.aborted && !closed;
	};

	const interrupt = (): void => {
		const rang = announcer.silence();
		if (!speaker.cancel() && !rang) running?.controller.abort();
	};

	return {
		client,
		get listening() {
			return microphone !== undefined;
		},
		start(options) {
			if (closed) throw new AiosError("conflict", "This connection is closed.");
			microphone?.listener.close();
			microphone = undefined;
			attention.reset();
			frames = createFrames();
			conversation = options.session ?? client.id;
			const turn = randomUUID();
			microphone = openMicrophone(
				{ ...deps, log, client, attention },
				{ mode: options.mode, turn, conversation },
				{
					circumstances,
					openUntil: () => Math.max(openUntil, speaker.until() + settings.followUpMs),
					heard: (mic, said) => {
						hearing = hearing.then(() => heard(mic, said));
					},
					failed: (name, error) => void fail(name, error),
					tell,
					released: (mic) => draining.delete(mic),
				},
			);
			return { turn };
		},
		push(bytes) {
			if (microphone === undefined || closed) return;
			const at = now();
			try {
				const pcm = frames.take(bytes, at);
				attention.heard(pcm, at);
				microphone.listener.push(pcm, at);
			} catch (error) {
				if (at - complainedAt < complainEveryMs) return;
				complainedAt = at;
				tell(error);
			}
		},
		stop() {
			if (microphone === undefined) return;
			draining.add(microphone);
			microphone.listener.stop();
			microphone = undefined;
		},
		interrupt,
		speak: (text) => announcer.add({ text, kind: "notice" }),
		announce({ text, kind }) {
			events.emit("announcement", { text, kind }, to);
			announcer.add({ text, kind });
		},
		expect(reply) {
			expected = reply.status === "confirm" || reply.status === "ask" ? reply : undefined;
			if (expected !== undefined) openUntil = now() + settings.followUpMs;
		},
		close() {
			if (closed) return;
			closed = true;
			for (const mic of draining) mic.listener.close();
			microphone?.listener.close();
			microphone = undefined;
			running?.controller.abort();
			speaker.cancel();
			announcer.close();
			onClose();
		},
	};
}

const never = new AbortController().signal;
