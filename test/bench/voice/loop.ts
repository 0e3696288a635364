import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { joined } from "../../core/audio/index.ts";
import { commandOf } from "../e2e/harness/process-tree.ts";
import { type Product, startProduct } from "../e2e/harness/product.ts";
import { connectSatellite } from "../e2e/harness/satellite.ts";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import { until } from "../e2e/harness/wait.ts";
import { recordings } from "../voice/real/engines.ts";

/** Spoken commands of everyday use that change nothing of the machine. */
const commands = [
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

export interface LoopResult {
	stt: string;
	commands: number;
	/** Turns heard as more than one, or not at all. */
	cut: string[];
	/** Milliseconds: p50 and p95. `final` is from the decision that the turn is over, the others from the end of speech. */
	endpoint: Percentiles;
	final: Percentiles;
	finalFromSpeech: Percentiles;
	firstSound: Percentiles;
	/** Of the main process's event loop, meanwhile; milliseconds. */
	loopDelayP99: number;
	/** Bytes of each process of the product, after the last command. */
	memory: Record<string, Memory>;
	/** The machine's load over the last minute, before and after. */
	load: [number, number];
}

type Percentiles = [p50: number, p95: number];

interface Memory {
	resident: number;
	/** Shared pages counted by their share. */
	proportional: number;
}

/** Milliseconds after a command until its answer began; longer, and it was not taken for a command. */
const patienceMs = 6_000;

/**
 * The whole product in real time: every command is sent as a microphone would give it, over Socket.IO, and its tool is
 * run. Recordings of people follow the synthetic voice, `mostPeople` at most.
 */
export async function benchVoiceLoop(stt: string, mostPeople = Number.POSITIVE_INFINITY): Promise<LoopResult> {
	if (voice === undefined) throw new Error("no program to speak the commands: install flite");
	const product = await startProduct({ AIOS_STT_MODEL: stt });
	try {
		const spoken = commands.map((say) => ({ name: say, pcm: soundOf([{ say }]) }));
		const said = [...spoken, ...recordings("commands").slice(0, mostPeople)];
		const [loadBefore = Number.NaN] = loadavg();
		// The first sentence of the day warms the engines up; it is not counted.
		await speak(product, "warm-up", soundOf([{ say: "what time is it" }]));
		await loopDelay(product);
		const heard: (Awaited<ReturnType<typeof speak>> & { name: string })[] = [];
		for (const [i, { name, pcm }] of said.entries()) {
			const turn = await speak(product, `bench-${i}`, pcm);
			heard.push({ name, ...turn });
			if (process.env.VERBOSE) console.log(name.slice(0, 36).padEnd(36), turn.text, JSON.stringify(turn.metrics));
		}
		const loopDelayP99 = await loopDelay(product);
		const [loadAfter = Number.NaN] = loadavg();
		const measured = heard.flatMap(({ metrics }) => metrics.slice(0, 1));
		return {
			stt: (await product.status()).voice.stt ?? stt,
			commands: said.length,
			cut: heard.filter(({ metrics }) => metrics.length !== 1).map(({ name }) => name),
			endpoint: percentiles(measured.map(({ endpoint_ms }) => endpoint_ms)),
			final: percentiles(measured.map(({ endpoint_ms, transcribe_ms }) => transcribe_ms - endpoint_ms)),
			finalFromSpeech: percentiles(measured.map(({ transcribe_ms }) => transcribe_ms)),
			firstSound: percentiles(measured.flatMap(({ first_audio_ms }) => first_audio_ms ?? [])),
			loopDelayP99,
			memory: Object.fromEntries(product.processes().map((pid) => [nameOf(pid), memoryOf(pid)])),
			load: [loadBefore, loadAfter],
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

/** The result beside what the product promises; a ratio below 1 keeps the promise. */
export function printLoop(result: LoopResult): void {
	const { stt, commands, cut, load } = result;
	console.log(`${stt}: ${commands} commands, ${cut.length} cut off or lost, load ${load.join(" → ")}`);
	if (cut.length > 0) console.log(`cut off or lost: ${cut.join(", ")}`);
	const finalTarget = stt.startsWith("moonshine") ? 150 : 250;
	const row = ([p50, p95]: Percentiles, most?: number, most95?: number) => ({
		"p50, ms": Math.round(p50),
		"p95, ms": Math.round(p95),
		"promised p50 / p95": most === undefined ? "" : `${most}${most95 === undefined ? "" : ` / ${most95}`}`,
		"ratio p50 / p95":
			most === undefined
				? ""
				: `${(p50 / most).toFixed(2)} ×${most95 === undefined ? "" : ` / ${(p95 / most95).toFixed(2)} ×`}`,
	});
	console.table({
		"end of speech → end of turn decided": row(result.endpoint),
		"decision → final text": row(result.final, finalTarget),
		"end of speech → final text": row(result.finalFromSpeech),
		"end of speech → first sound of the answer": row(result.firstSound, 600, 1000),
	});
	console.log(`event-loop delay of the main process, p99: ${result.loopDelayP99.toFixed(1)} ms (promised 20 ms)`);
	const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
	const all = Object.entries(result.memory);
	const total = (kind: keyof Memory) => all.reduce((sum, [, memory]) => sum + memory[kind], 0);
	console.table(
		Object.fromEntries(
			[...all, ["all", { resident: total("resident"), proportional: total("proportional") }] as const].map(
				([name, { resident, proportional }]) => [
					name,
					{ "resident, MB": mb(resident), "each page once, MB": mb(proportional) },
				],
			),
		),
	);
}

function percentiles(values: number[]): Percentiles {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number): number =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
	return [at(0.5), at(0.95)];
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

if (import.meta.main) {
	for (const stt of process.argv.slice(2)) printLoop(await benchVoiceLoop(stt));
	process.exit(0);
}
