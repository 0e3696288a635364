import {
	AiosError,
	abortError,
	type Clock,
	type Logger,
	type OpenSoundLine,
	type Principal,
	type Requirement,
	type ServerDeps,
} from "../../../../core/contract/index.ts";
import { findRecorder } from "../../../../core/sound/index.ts";
import type { VoiceSettings } from "../settings.ts";
import { openMachine } from "./machine.ts";
import { openSatellite } from "./satellite.ts";
import type { Place, StartOptions } from "./types.ts";

/** A recorder that gave nothing within this many milliseconds is taken for a microphone that does not work. */
const patienceMs = 8_000;

/** This machine's microphone, as tools call it. */
export const ownMicrophone = "microphone";

/** Listening without a page: from this machine's microphone or from satellites. */
export interface Recognition {
	/**
	 * Begins to listen for a person. Resolves once sound comes and the assistant takes it; `already` where it did before.
	 * Throws `not_found` for an unknown source, `conflict` where another person is listened to there, `missing_part`
	 * where there is no microphone or it is refused, `unavailable`.
	 */
	start(options: StartOptions, signal: AbortSignal): Promise<{ already: boolean }>;
	/** Stops listening, everywhere by default. Gives the sources it listened to. */
	stop(source?: string): string[];
	requirement(): Requirement;
	close(): void;
}

interface RecognitionDeps {
	listen: ServerDeps["listen"];
	announce: ServerDeps["announce"];
	satellites: VoiceSettings["satellites"];
	env: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
}

interface Running {
	user: Principal;
	place: Place;
	controller: AbortController;
	line?: OpenSoundLine;
}

export function createRecognition(deps: RecognitionDeps): Recognition {
	const { env, clock, log, satellites } = deps;
	const running = new Map<string, Running>();

	function open(source: string): Place {
		if (source === ownMicrophone) return openMachine(env, log);
		const satellite = Object.hasOwn(satellites, source) ? satellites[source] : undefined;
		if (satellite !== undefined) return openSatellite(source, satellite);
		throw new AiosError("not_found", `There is no source called "${source}".`, {
			fix: `There are: ${[ownMicrophone, ...Object.keys(satellites)].join(", ")}. Satellites are named in the settings.`,
		});
	}

	function end(source: string, own: Running): void {
		if (running.get(source) === own) running.delete(source);
		own.controller.abort();
		own.line?.close();
		own.place.close();
	}

	/** It ended by itself: whoever relied on being heard is told. */
	function lost(source: string, own: Running, thrown: unknown): void {
		if (running.get(source) !== own) return;
		end(source, own);
		const { message, spoken } = AiosError.from(thrown);
		log.warn("listening ended", { source, reason: message });
		void Promise.resolve(
			deps.announce?.({ text: `I stopped listening. ${spoken}`, kind: "notice", userId: own.user.id }),
		).catch(() => {});
	}

	/** Waits for the first sound: only then is it known that the microphone works. */
	async function first(frames: AsyncIterator<Int16Array>, signal: AbortSignal): Promise<Int16Array> {
		const { promise: given, reject } = Promise.withResolvers<never>();
		const onAbort = () => reject(abortError(signal));
		signal.addEventListener("abort", onAbort, { once: true });
		const cancelLimit = clock.after(patienceMs, () =>
			reject(new AiosError("missing_part", "No sound comes from there.", { fix: "Is the microphone switched on?" })),
		);
		try {
			const { value, done } = await Promise.race([frames.next(), given]);
			if (done !== true) return value;
			throw new AiosError("cancelled", "Listening was stopped.");
		} finally {
			cancelLimit();
			signal.removeEventListener("abort", onAbort);
		}
	}

	async function pump(
		source: string,
		own: Running,
		frames: AsyncIterator<Int16Array>,
		begun: Int16Array,
	): Promise<void> {
		try {
			for (let pcm = begun, done: boolean | undefined = false; done !== true; ) {
				own.line?.push(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
				({ value: pcm, done } = await frames.next());
			}
		} catch (thrown) {
			lost(source, own, thrown);
		}
	}

	return {
		async start({ source, mode, user, session }, signal) {
			const known = running.get(source);
			if (known !== undefined && known.user.id === user.id) return { already: true };
			if (known !== undefined) {
				throw new AiosError("conflict", `The ${source} is listening to ${known.user.name}.`, {
					fix: "Stop that first: stop_voice_recognition.",
				});
			}
			if (deps.listen === undefined) {
				throw new AiosError("unavailable", "This server runs alone, so there is no assistant to listen.", {
					fix: "Start everything with: npm start",
				});
			}
			const place = open(source);
			const own: Running = { user, place, controller: new AbortController() };
			running.set(source, own);
			try {
				const frames = place.sound(own.controller.signal)[Symbol.asyncIterator]();
				const begun = await first(frames, signal);
				own.line = await deps.listen({
					...{ user, session, mode, spoken: place.spoken, hushed: place.hushed },
					ended: (error) => lost(source, own, error),
				});
				if (own.controller.signal.aborted) throw new AiosError("cancelled", "Listening was stopped.");
				void pump(source, own, frames, begun);
				return { already: false };
			} catch (thrown) {
				end(source, own);
				throw thrown;
			}
		},
		stop(source) {
			const meant = [...running].filter(([name]) => source === undefined || name === source);
			for (const [name, own] of meant) end(name, own);
			return meant.map(([name]) => name);
		},
		requirement() {
			const name = "microphone";
			try {
				return { name, ok: true, detail: `recorded by ${findRecorder({ env }).command}` };
			} catch (thrown) {
				const { message, fix } = AiosError.from(thrown);
				return { name, ok: false, detail: message, ...(fix && { fix }) };
			}
		},
		close() {
			for (const [name, own] of running) end(name, own);
		},
	};
}
