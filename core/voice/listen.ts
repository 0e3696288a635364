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
import { createEndpointer, type EndpointEvent, type EndpointSettings, msOf, samplesOf } from "./endpoint.ts";
import { isUnfinished, type Sense } from "./sense.ts";
import { createTranscriber } from "./transcribe.ts";

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
	/** How likely the window is speech of a person: the assistant's own voice counts as silence. */
	weigh(activity: Activity): number;
	/** What the words so far are, were they all; undefined where they are not meant for the assistant. */
	foresee(text: string): Promise<Sense | undefined>;
	started(at: { startedAt: number; startMs: number }): void;
	partial(transcript: Transcript): void;
	ended(utterance: Utterance): void;
	/** The microphone was closed and nothing at all was said. */
	nothing(): void;
	/** The engines went away; `midTurn` when somebody was speaking. The microphone stays open and recovers by itself. */
	lost(error: AiosError, midTurn: boolean): void;
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

/** Longest wait for the engines to have heard everything that was sent before `stop`. */
const drainMs = 5000;

/** Least time between two attempts to reach engines that are gone. */
const reopenMs = 250;

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
	let stopping = false;
	let closed = false;
	let utterances = 0;
	let lostAt = Number.NEGATIVE_INFINITY;
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
		const midTurn = endpointer.speaking;
		transcriber?.abandon();
		stream = undefined;
		endpointer.reset();
		cancelStall?.();
		lostAt = clock.now().getTime();
		quietSince = midTurn ? 0 : undefined;
		if (closed) return;
		handlers.lost(error, midTurn);
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
		if (quietSince === undefined) return handlers.weigh(activity);
		if (activity.speech >= deps.endpoint.speechOff) quietSince = activity.end;
		if (activity.end - quietSince >= samplesOf(quietMs)) quietSince = undefined;
		return 0;
	};

	const hear = (activity: Activity): void => {
		if (closed) return;
		heardUpTo = activity.end;
		handle(endpointer.push({ end: activity.end, speech: weigh(activity) }));
		if (endpointer.speaking) transcriber?.speaking(activity.end, handlers.partial);
		if (stopping && drained()) finish();
	};

	const handle = (events: readonly EndpointEvent[]): void => {
		for (const event of events) {
			if (event.kind === "start") {
				transcriber?.begin(event.from, event.onset);
				handlers.started({ startedAt: onsetAt(event.onset), startMs: msOf(event.onset) });
			} else if (event.kind === "pause") transcriber?.decodeAhead(event, arrivals.end);
			else if (event.kind === "resume") transcriber?.resume();
			else if (event.kind === "ask") void ask(event);
			else end(event);
		}
	};

	const ask = async (about: { from: number; speechEnd: number; at: number }): Promise<void> => {
		const asked = stream;
		if (asked === undefined || asking) return;
		asking = true;
		const words = transcriber?.ahead();
		let complete: number | undefined;
		let sense: Sense | undefined;
		try {
			complete = await asked.turnComplete({ from: about.from, to: about.at });
			// The words are needed before anything can be done, so waiting for them here costs nothing.
			if (words !== undefined) sense = await senseOf(words);
		} catch (error) {
			log.debug("the turn model did not answer", { error: String(error) });
		} finally {
			asking = false;
		}
		if (stream === asked && !closed) handle(endpointer.answer(about.speechEnd, complete, sense));
	};

	const senseOf = async (words: Promise<Transcript | undefined>): Promise<Sense | undefined> => {
		const text = (await words)?.text ?? "";
		return isUnfinished(text) ? "unfinished" : handlers.foresee(text);
	};

	const end = (event: { from: number; onset: number; speechEnd: number }): void => {
		const text = transcriber?.finish(event, arrivals.end);
		if (text === undefined) return;
		text.catch(() => undefined);
		utterances += 1;
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

	const drained = (): boolean => arrivals.end - heardUpTo < windowSamples;

	const finish = (): void => {
		handle(endpointer.stop());
		if (utterances === 0) handlers.nothing();
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
			if (stream === undefined) {
				if (nowMs - lostAt < reopenMs) return;
				lostAt = nowMs;
				try {
					open();
				} catch (error) {
					log.debug("the speech engines are not back yet", { error: String(error) });
					return;
				}
			}
			arrivals.add(pcm.length, nowMs);
			stream?.push(pcm);
			watch();
		},
		stop() {
			if (closed || stopping) return;
			stopping = true;
			if (stream === undefined) {
				if (utterances === 0) handlers.nothing();
				release();
			} else if (drained()) finish();
			else cancelDrain = clock.after(drainMs, () => !closed && finish());
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
