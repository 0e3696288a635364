import {
	type Activity,
	AiosError,
	type Clock,
	type Logger,
	type SpeechEngines,
	type SpeechStream,
	type Transcript,
	windowSamples,
} from "../contract/index.ts";
import { createArrivals } from "./arrivals.ts";
import { type Ask, createEndpointer, type EndpointEvent, type EndpointSettings, msOf, samplesOf } from "./endpoint.ts";
import { isUnfinished, type Sense } from "./sense.ts";
import { enginesGone } from "./speech-line.ts";
import { createTranscriber } from "./transcribe.ts";
import { createUnheard } from "./unheard.ts";

/** Something somebody said. Times are the wall clock's milliseconds at which that sound arrived. */
export interface Utterance {
	startedAt: number;
	endOfSpeechAt: number;
	decidedAt: number;
	/** Milliseconds of sound since the microphone opened, of the last speech. */
	endMs: number;
	/** The final text; rejects when the engines fail. */
	text: Promise<Transcript>;
}

export interface ListenerHandlers {
	/** How likely the window, whose sound arrived at `atMs`, is speech of a person: the assistant's own voice is none. */
	weigh(activity: Activity, atMs: number): number;
	/** What the words so far are, were they all; undefined where they are not meant for the assistant. */
	foresee(text: string): Promise<Sense | undefined>;
	started(at: { startedAt: number; startMs: number }): void;
	partial(transcript: Transcript): void;
	ended(utterance: Utterance): void;
	/** The microphone was closed and nothing at all was said. */
	nothing(): void;
	/**
	 * The engines went away or stayed away; `said` when something was said that nobody heard: the sentence under way
	 * (`begun`), or one of which they heard nothing. The microphone stays open and recovers by itself.
	 */
	lost(error: AiosError, said: "begun" | "unheard" | undefined): void;
	/** After `stop`: everything said is decoded, and nothing more is reported. */
	released(): void;
}

export interface Listener {
	/** Takes samples that arrived at `nowMs`. */
	push(pcm: Int16Array, nowMs: number): void;
	/** Ends the turn under way and closes once its words are known. */
	stop(): void;
	/** Closes at once; nothing more is reported. */
	close(): void;
	readonly speaking: boolean;
}

export interface ListenerDeps {
	engines: SpeechEngines;
	clock: Clock;
	log: Logger;
	endpoint: EndpointSettings;
}

/** Without sound for this long (milliseconds) a turn is over: the network is gone, or the page fell asleep. */
const stalledMs = 3000;

/**
 * Sound the engines have not looked at for this long (milliseconds) will not be answered any more: what was said in it
 * fails. More than the wait for engines that are starting (speech-client.ts), which comes first.
 */
const unheardMs = 10_000;

/** Least time between two attempts to reach engines that refuse. */
const reopenMs = 1000;

/** After engines were lost in mid-sentence the rest of that sentence is not taken for a command: it ends here. */
const quietMs = 300;

/** Listens to one microphone: finds turns in it and has their words decoded. Throws `unavailable` without engines. */
export function createListener(deps: ListenerDeps, handlers: ListenerHandlers): Listener {
	const { engines, clock, log } = deps;
	const endpointer = createEndpointer(deps.endpoint);
	let stream: SpeechStream | undefined;
	let transcriber: ReturnType<typeof createTranscriber> | undefined;
	let arrivals = createArrivals();
	let heardUpTo = 0;
	let asking = false;
	/** What the turn model is still to be asked about this silence, in order. */
	let asks: Ask[] = [];
	let stopping = false;
	let closed = false;
	/** Turns handed on, and turns told to have failed. */
	let outcomes = 0;
	let reopenAt = Number.NEGATIVE_INFINITY;
	/** That the engines are away was told, and they have not heard anything since. */
	let told = false;
	const unheard = createUnheard();
	/** Position after which sound counts again; undefined when all of it counts. */
	let quietSince: number | undefined;
	let cancelStall: (() => void) | undefined;
	let cancelDrain: (() => void) | undefined;

	const open = (): void => {
		const opened = engines.open();
		stream = opened;
		arrivals = createArrivals();
		heardUpTo = 0;
		transcriber = createTranscriber({ stream: opened });
		opened.onActivity((activity) => stream === opened && hear(activity));
		opened.onLost((error) => stream === opened && lose(AiosError.from(error)));
	};

	const lose = (error: AiosError): void => {
		const begun = endpointer.speaking;
		// Whoever pressed and let go has said something, as far as they know.
		const unanswered = unheard.mayBeSpeech() || (stopping && outcomes === 0);
		const said = begun ? "begun" : unanswered ? "unheard" : undefined;
		transcriber?.abandon();
		stream = undefined;
		asks = [];
		endpointer.reset();
		unheard.clear();
		cancelStall?.();
		// Engines that stopped are waited for by the next stream, which keeps the sound meanwhile.
		if (error.code !== "unavailable") reopenAt = clock.now().getTime() + reopenMs;
		if (said !== undefined) {
			quietSince = 0;
			outcomes += 1;
		}
		if (closed) return;
		if (said !== undefined || !told) handlers.lost(error, said);
		told = true;
		if (stopping) release();
	};

	const release = (): void => {
		closed = true;
		cancelDrain?.();
		cancelStall?.();
		const { pending } = transcriber ?? {};
		const done = stream;
		void Promise.allSettled(pending?.() ?? []).then(() => {
			done?.close();
			handlers.released();
		});
	};

	const weigh = (activity: Activity): number => {
		if (quietSince === undefined) return handlers.weigh(activity, arrivals.at(activity.end));
		if (activity.speech >= deps.endpoint.speechOff) quietSince = activity.end;
		if (activity.end - quietSince >= samplesOf(quietMs)) quietSince = undefined;
		return 0;
	};

	const hear = (activity: Activity): void => {
		if (closed) return;
		heardUpTo = activity.end;
		told = false;
		unheard.heard(activity.end);
		handle(endpointer.push({ end: activity.end, speech: weigh(activity) }));
		if (endpointer.speaking) transcriber?.speaking(activity.end, handlers.partial);
		if (stopping && drained()) finish();
	};

	const handle = (events: readonly EndpointEvent[]): void => {
		for (const event of events) {
			if (event.kind === "resume" || event.kind === "end") asks = [];
			if (event.kind === "start") {
				transcriber?.begin(event.from, event.onset);
				handlers.started({ startedAt: onsetAt(event.onset), startMs: msOf(event.onset) });
			} else if (event.kind === "pause") transcriber?.decodeAhead(event, arrivals.end);
			else if (event.kind === "resume") transcriber?.resume();
			else if (event.kind === "ask") void ask(event);
			else end(event);
		}
	};

	const ask = async (about: Ask): Promise<void> => {
		asks.push(about);
		if (asking) return;
		asking = true;
		for (let next = asks.shift(); next !== undefined; next = asks.shift()) await askOne(next);
		asking = false;
	};

	const askOne = async (about: Ask): Promise<void> => {
		const asked = stream;
		if (asked === undefined) return;
		const words = transcriber?.ahead();
		let complete: number | undefined;
		let sense: Sense | undefined;
		try {
			complete = await asked.turnComplete({ from: about.from, to: about.at });
			// The words are needed before anything can be done, so waiting for them here costs nothing.
			if (words !== undefined) sense = await senseOf(words);
		} catch (error) {
			log.debug("the turn model did not answer", { error: String(error) });
		}
		if (stream === asked && !closed) handle(endpointer.answer(about, complete, sense));
	};

	const senseOf = async (words: Promise<Transcript | undefined>): Promise<Sense | undefined> => {
		const text = (await words)?.text ?? "";
		return isUnfinished(text) ? "unfinished" : handlers.foresee(text);
	};

	const end = (event: { from: number; onset: number; speechEnd: number }): void => {
		const text = transcriber?.finish(event, arrivals.end);
		if (text === undefined) return;
		text.catch(() => undefined);
		outcomes += 1;
		handlers.ended({
			startedAt: onsetAt(event.onset),
			endOfSpeechAt: arrivals.at(event.speechEnd),
			decidedAt: clock.now().getTime(),
			endMs: msOf(event.speechEnd),
			text,
		});
	};

	/** Sound may pause between two windows, so the beginning is reckoned back from where the first one ended. */
	const onsetAt = (onset: number): number => arrivals.at(onset + windowSamples) - msOf(windowSamples);

	/** What was sent is not looked at any more. */
	const giveUp = (): void => {
		stream?.close();
		lose(enginesGone());
	};

	const drained = (): boolean => arrivals.end - heardUpTo < windowSamples;

	const finish = (): void => {
		handle(endpointer.stop());
		if (outcomes === 0) handlers.nothing();
		release();
	};

	const watch = (): void => {
		cancelStall?.();
		cancelStall = clock.after(stalledMs, () => {
			if (!closed && endpointer.speaking) handle(endpointer.stop());
		});
	};

	open();
	return {
		get speaking() {
			return endpointer.speaking;
		},
		push(pcm, nowMs) {
			if (closed || stopping || pcm.length === 0) return;
			if (stream === undefined && nowMs >= reopenAt) {
				try {
					open();
				} catch (thrown) {
					lose(AiosError.from(thrown));
					reopenAt = nowMs + reopenMs;
				}
			}
			if (stream === undefined) {
				unheard.add(pcm, Number.POSITIVE_INFINITY);
				return;
			}
			arrivals.add(pcm.length, nowMs);
			unheard.add(pcm, arrivals.end);
			stream.push(pcm);
			watch();
			if (!drained() && nowMs - arrivals.at(heardUpTo + 1) > unheardMs) giveUp();
		},
		stop() {
			if (closed || stopping) return;
			stopping = true;
			if (stream === undefined) {
				if (outcomes === 0 || unheard.mayBeSpeech()) lose(enginesGone());
				else release();
			} else if (drained()) finish();
			else cancelDrain = clock.after(unheardMs, () => !closed && giveUp());
		},
		close() {
			closed = true;
			cancelDrain?.();
			cancelStall?.();
			transcriber?.abandon();
			endpointer.reset();
			stream?.close();
		},
	};
}
