import {
	type Assistant,
	type Clock,
	type CommandOptions,
	type EventSink,
	type Principal,
	type Reply,
	type ServerEvent,
	type ServerEventName,
	type SpeechEngines,
	serverEvents,
	silentLogger,
	systemClock,
} from "../../../core/contract/index.ts";
import { createVoiceLoop, type VoiceSession, type VoiceSettings } from "../../../core/voice/index.ts";

export const person: Principal = { id: "p1", name: "Ada", role: "user", permissions: ["*:*:*"], via: "token" };

const timings = { understand_ms: 1, dispatch_ms: 1, total_ms: 2 };

export const done = (reply: string): Omit<Reply, "turn"> => ({ status: "done", reply, timings });

export interface FakeAssistant extends Assistant {
	commands: { text: string; options: CommandOptions }[];
	confirmations: { id: string; approve: boolean }[];
}

/** An assistant that answers as scripted; by default it says back what it heard. */
export function fakeAssistant(
	answer: (text: string, options: CommandOptions) => Omit<Reply, "turn"> | Promise<Omit<Reply, "turn">> = (text) =>
		done(`You said ${text}.`),
): FakeAssistant {
	const commands: FakeAssistant["commands"] = [];
	const confirmations: FakeAssistant["confirmations"] = [];
	return {
		commands,
		confirmations,
		async command(input, options) {
			const text = "text" in input ? input.text : input.tool;
			commands.push({ text, options });
			options.onIntent?.({ server: "main", tool: "echo", arguments: { text }, confidence: 1 });
			return { turn: options.turn ?? "", ...(await answer(text, options)) };
		},
		async confirm(id, approve, options) {
			confirmations.push({ id, approve });
			return { turn: options.turn ?? "", ...done(approve ? "Done." : "All right, I won't.") };
		},
	};
}

export interface Recorded<N extends ServerEventName = ServerEventName> {
	name: N;
	payload: ServerEvent<N>;
	at: number;
	client: string | undefined;
}

export interface Recorder extends EventSink {
	all: Recorded[];
	of<N extends ServerEventName>(name: N, client?: string): ServerEvent<N>[];
	/** Resolves with the first event of that name from `skip` on, which may have come already. */
	next<N extends ServerEventName>(name: N, options?: { skip?: number; withinMs?: number }): Promise<ServerEvent<N>>;
}

/** Keeps every event, each checked against the contract. */
export function recorder(): Recorder {
	const all: Recorded[] = [];
	const of = <N extends ServerEventName>(name: N, client?: string): ServerEvent<N>[] =>
		all
			.filter((each): each is Recorded<N> => each.name === name && (client === undefined || each.client === client))
			.map((each) => each.payload);
	return {
		all,
		of,
		emit(name, payload, to) {
			serverEvents[name].parse(payload);
			all.push({ name, payload, at: performance.now(), client: to?.client });
		},
		async next(name, { skip = 0, withinMs = 5000 } = {}) {
			const until = performance.now() + withinMs;
			while (performance.now() < until) {
				const found = of(name)[skip];
				if (found !== undefined) return found;
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
			throw new Error(`no ${name} within ${withinMs} ms; came: ${all.map((each) => each.name).join(", ")}`);
		},
	};
}

export const bytesOf = (pcm: Int16Array): Uint8Array => new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);

/** Feeds sound as a microphone would: 20 ms every 20 ms. Gives the wall time at which the last piece went in. */
export async function speakInto(session: VoiceSession, pcm: Int16Array, chunkMs = 20): Promise<number> {
	const begun = performance.now();
	const step = chunkMs * 16;
	for (let from = 0, i = 1; from < pcm.length; from += step, i += 1) {
		const due = begun + i * chunkMs - performance.now();
		if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
		session.push(bytesOf(pcm.subarray(from, from + step)));
	}
	return performance.now();
}

export const defaults: VoiceSettings = { wakePhrase: "hey computer", followUpMs: 1000 };

/** A voice loop with one open client. */
export function setUp(parts: {
	engines: SpeechEngines;
	assistant?: FakeAssistant;
	settings?: Partial<VoiceSettings>;
	clock?: Clock;
}) {
	const events = recorder();
	const assistant = parts.assistant ?? fakeAssistant();
	const loop = createVoiceLoop({
		engines: parts.engines,
		assistant,
		events,
		clock: parts.clock ?? systemClock,
		log: silentLogger,
		settings: { ...defaults, ...parts.settings },
	});
	return { loop, events, assistant, session: loop.open({ id: "c1", user: person }) };
}
