import { readFileSync } from "node:fs";
import { joined } from "../../../core/audio/index.ts";
import { commandOf } from "../../e2e/harness/process-tree.ts";
import { type Product, startProduct } from "../../e2e/harness/product.ts";
import { connectSatellite } from "../../e2e/harness/satellite.ts";
import { samplesOf as soundOf, voice } from "../../e2e/harness/sound.ts";
import { until } from "../../e2e/harness/wait.ts";
import { recordings } from "../../voice/real/engines.ts";
import { watchOthers } from "./others.ts";

/** Spoken commands of everyday use that change nothing of the machine. */
export const commands = [
	"what time is it",
	"what is the time",
	"set a timer for five minutes",
	"set a timer for thirty seconds",
	"list my timers",
	"cancel the timer",
	"add milk to my shopping list",
	"add bread to my shopping list",
	"show my shopping list",
	"remove milk from my shopping list",
	"what is twelve times twelve",
	"what is seven plus eight",
	"set an alarm for seven in the morning",
	"list my alarms",
	"remind me to call my mother at six p m",
	"list my reminders",
	"what is nine times nine",
	"what is the day today",
	"what is ten percent of two hundred",
	"list the running processes",
	"how much memory is free",
	"what can you do",
	"repeat that",
	"system status",
	"what is the date today",
	"set a timer for ten minutes",
	"add eggs to my shopping list",
	"what is one hundred divided by four",
	"how much disk space is free",
	"cancel all timers",
];

/** Of all commands; `final` is from the decision that the turn is over, the others from the end of speech. */
export interface LoopTimes {
	endpoint: Percentiles;
	final: Percentiles;
	finalFromSpeech: Percentiles;
	firstSound: Percentiles;
}

export interface LoopResult extends LoopTimes {
	stt: string;
	commands: number;
	/** Turns heard as more than one, or not at all. */
	cut: string[];
	/** Commands during which other programs took part of the machine, and the times of the rest. */
	disturbed: number;
	undisturbed: LoopTimes;
	/** Of the main process's event loop, meanwhile; milliseconds. */
	loopDelayP99: number;
	/** Bytes of each process of the product, after the last command. */
	memory: Record<string, Memory>;
}

/** Milliseconds. */
export type Percentiles = [p50: number, p95: number];

export interface Memory {
	resident: number;
	/** Shared pages counted by their share. */
	proportional: number;
}

/** Share of the machine that other programs may take while a command is measured. */
const disturbing = 0.1;

/** Milliseconds after a command until its answer began; longer, and it was not taken for a command. */
const patienceMs = 6_000;

/**
 * The whole product in real time: every command is sent as a microphone would give it, over Socket.IO, and its tool is
 * run, in a data folder of the run's own. Recordings of people follow the synthetic voice; `turns` in all, at most. Each
 * turn is told on stderr.
 */
export async function benchVoiceLoop(stt: string, turns: number): Promise<LoopResult> {
	if (voice === undefined) throw new Error("no program to speak the commands: install flite");
	const product = await startProduct({ AIOS_STT_MODEL: stt });
	try {
		const spoken = commands.map((say) => ({ name: say, pcm: soundOf([{ say }]) }));
		const said = [...spoken, ...recordings("commands")].slice(0, turns);
		// The first sentence of the day warms the engines up; it is not counted.
		await speak(product, "warm-up", soundOf([{ say: "what time is it" }]));
		await loopDelay(product);
		const othersSince = watchOthers([process.pid, ...product.processes()]);
		const heard: (Spoken & { name: string; others: number })[] = [];
		for (const [i, { name, pcm }] of said.entries()) {
			const turn = await speak(product, `bench-${i}`, pcm);
			const others = othersSince();
			heard.push({ name, ...turn, others });
			const busy = others > disturbing ? `  (others took ${Math.round(others * 100)} %)` : "";
			process.stderr.write(`${stt} ${i + 1}/${said.length} ${told(name, turn)}${busy}\n`);
		}
		const loopDelayP99 = await loopDelay(product);
		const calm = heard.filter(({ others }) => !(others > disturbing));
		// Memory at rest: the speech process gives back what decoding left unused 5 s after the last word.
		await Bun.sleep(7_000);
		return {
			stt: (await product.status()).voice.stt ?? stt,
			commands: said.length,
			cut: heard.filter(({ metrics }) => metrics.length !== 1).map(({ name }) => name),
			...timesOf(heard),
			disturbed: heard.length - calm.length,
			undisturbed: timesOf(calm),
			loopDelayP99,
			memory: memoryByName(product.processes()),
		};
	} finally {
		await product.dispose();
	}
}

/** One command in a conversation of its own: its times (one where it was heard as one), and its words. */
async function speak(product: Product, session: string, pcm: Int16Array) {
	const satellite = await connectSatellite(product);
	try {
		await satellite.listen({ session });
		await satellite.play(joined([soundOf([{ silenceMs: 300 }]), pcm]));
		const answered = () =>
			satellite.events("turn:metrics").length >= Math.max(1, satellite.events("speech:start").length);
		await until("an answer", patienceMs, answered).catch(() => {});
		await satellite.play(soundOf([{ silenceMs: 300 }]));
		return {
			metrics: satellite.events("turn:metrics").map(({ payload }) => payload),
			text: satellite.events("transcript:final").map(({ payload }) => payload.text),
		};
	} finally {
		satellite.close();
	}
}

type Spoken = Awaited<ReturnType<typeof speak>>;

function timesOf(turns: readonly Spoken[]): LoopTimes {
	const measured = turns.flatMap(({ metrics }) => metrics.slice(0, 1));
	return {
		endpoint: percentiles(measured.map(({ endpoint_ms }) => endpoint_ms)),
		final: percentiles(measured.map(({ endpoint_ms, transcribe_ms }) => transcribe_ms - endpoint_ms)),
		finalFromSpeech: percentiles(measured.map(({ transcribe_ms }) => transcribe_ms)),
		firstSound: percentiles(measured.flatMap(({ first_audio_ms }) => first_audio_ms ?? [])),
	};
}

/** A turn in a line: what was said, its times since the end of speech, what was heard. */
function told(name: string, { metrics, text }: Spoken): string {
	const times = metrics.map(
		({ endpoint_ms, transcribe_ms, first_audio_ms }) =>
			`end ${endpoint_ms}, words ${transcribe_ms}, sound ${first_audio_ms ?? "none"} ms`,
	);
	return `${name.slice(0, 40).padEnd(40)} ${times.join(" | ") || "no answer"}  ${text.join(" | ")}`;
}

/** The 99th percentile of how late the main process got to its work since this was last asked, in milliseconds. */
async function loopDelay({ url, token }: Product): Promise<number> {
	const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
	const [, seconds] = /event_loop_delay_p99_seconds ([\d.e-]+)/.exec(await answer.text()) ?? [];
	return Number(seconds) * 1000;
}

/** "main", or the name of the server a process runs. */
function nameOf(pid: number): string {
	return /serve\.ts (\w+)/.exec(commandOf(pid))?.[1] ?? "main";
}

export function percentiles(values: number[]): Percentiles {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number): number =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
	return [at(0.5), at(0.95)];
}

/** Memory of the product's processes; those of one name together. */
function memoryByName(pids: readonly number[]): Record<string, Memory> {
	const found: Record<string, Memory> = {};
	for (const pid of pids) {
		const name = nameOf(pid);
		const { resident, proportional } = memoryOf(pid);
		const sum = found[name] ?? { resident: 0, proportional: 0 };
		found[name] = { resident: sum.resident + resident, proportional: sum.proportional + proportional };
	}
	return found;
}

/** Memory of a process; NaN where the system does not tell. */
function memoryOf(pid: number): Memory {
	try {
		const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
		const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1024;
		return { resident: bytes("Rss"), proportional: bytes("Pss") };
	} catch {
		return { resident: Number.NaN, proportional: Number.NaN };
	}
}
