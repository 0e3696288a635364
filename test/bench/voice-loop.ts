import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Reply, silentLogger, systemClock } from "../../core/contract/index.ts";
import { createVoiceLoop } from "../../core/voice/index.ts";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import { fakeAssistant, person, recorder, speakInto } from "../voice/fakes/client.ts";
import { joinPcm, silence } from "../voice/fakes/engines.ts";
import { realEngines, realUnderstander, recordings } from "../voice/real/engines.ts";

/** Spoken commands of everyday use. */
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
	"set the volume to fifty percent",
	"turn the volume up",
	"open the calculator",
	"list the running processes",
	"how much memory is free",
	"what can you do",
	"repeat that",
	"system status",
	"what is the date today",
	"set a timer for ten minutes",
	"add eggs to my shopping list",
	"what is one hundred divided by four",
	"start the text editor",
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
	/** Of this process's event loop, meanwhile; milliseconds. */
	loopDelayP99: number;
	/** Bytes of this process, and of the engines'. */
	memory: { here: Memory; engines: Memory };
	/** The machine's load over the last minute, before and after. */
	load: [number, number];
}

type Percentiles = [p50: number, p95: number];

interface Memory {
	resident: number;
	/** Shared pages counted by their share. */
	proportional: number;
}

/** Silence after a command until its answer began; longer, and it was not taken for a command. */
const patienceMs = 4000;

/** A short answer as the tools give them. */
const answers = (text: string): Omit<Reply, "turn"> => ({
	status: "done",
	reply: `All right. You asked me this: ${text}`,
	timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
});

/**
 * The whole loop in real time: every command is fed as a microphone would, into a session whose engines live in a
 * process of their own; understanding is the product's, the tools are not run. Recordings of people follow the synthetic
 * voice, `mostPeople` at most.
 */
export async function benchVoiceLoop(stt: string, mostPeople = Number.POSITIVE_INFINITY): Promise<LoopResult> {
	if (voice === undefined) throw new Error("no program to speak the commands: install flite");
	const engines = await realEngines(stt);
	const understander = realUnderstander();
	const foresee = async (text: string) => (await understander.understand(text, { now: new Date() })).kind;
	const assistant = Object.assign(
		fakeAssistant(async (text) => {
			await foresee(text);
			return answers(text);
		}),
		{ foresee },
	);
	const spoken = commands.map((say) => ({ name: say, pcm: soundOf([{ say }]) }));
	const people = recordings("commands").slice(0, mostPeople);
	const [loadBefore = Number.NaN] = loadavg();
	const endpoint: number[] = [];
	const final: number[] = [];
	const finalFromSpeech: number[] = [];
	const firstSound: number[] = [];
	const cut: string[] = [];
	const delay = monitorEventLoopDelay({ resolution: 5 });
	try {
		// The first decode of each length warms the engines up, as the first sentence of the day does.
		await engines.transcribeAll(spoken[0]?.pcm ?? silence(500));
		delay.enable();
		for (const { name, pcm } of [...spoken, ...people]) {
			const events = recorder();
			const settings = { wakePhrase: "hey computer", followUpMs: 8000 };
			const loop = createVoiceLoop({ engines, assistant, events, clock: systemClock, log: silentLogger, settings });
			const session = loop.open({ id: "bench", user: person });
			session.start({ mode: "push-to-talk" });
			await speakInto(session, joinPcm(silence(300), pcm));
			const answered = () => events.of("turn:metrics").length >= Math.max(1, events.of("speech:start").length);
			for (let waited = 0; waited < patienceMs && !answered(); waited += 100) await speakInto(session, silence(100));
			await speakInto(session, silence(300));
			const [metrics, ...more] = events.of("turn:metrics");
			if (metrics === undefined || more.length > 0) cut.push(name);
			if (metrics !== undefined) {
				endpoint.push(metrics.endpoint_ms);
				final.push(metrics.transcribe_ms - metrics.endpoint_ms);
				finalFromSpeech.push(metrics.transcribe_ms);
				if (metrics.first_audio_ms !== undefined) firstSound.push(metrics.first_audio_ms);
				if (process.env.VERBOSE) {
					console.log(
						name.slice(0, 36).padEnd(36),
						JSON.stringify(metrics),
						events.of("transcript:final").map(({ text }) => text),
					);
				}
			}
			session.close();
		}
		delay.disable();
		const status = await engines.status();
		const [loadAfter = Number.NaN] = loadavg();
		return {
			stt: status.stt,
			commands: spoken.length + people.length,
			cut,
			endpoint: percentiles(endpoint),
			final: percentiles(final),
			finalFromSpeech: percentiles(finalFromSpeech),
			firstSound: percentiles(firstSound),
			loopDelayP99: delay.percentile(99) / 1e6,
			memory: { here: memoryOf(process.pid), engines: memoryOf(engines.pid) },
			load: [loadBefore, loadAfter],
		};
	} finally {
		await engines.remove();
	}
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
	const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
	const { here, engines } = result.memory;
	console.table({
		"event-loop delay p99, listening process": `${result.loopDelayP99.toFixed(1)} ms (promised 20 ms)`,
		"memory of the listening process, resident / proportional": `${mb(here.resident)} / ${mb(here.proportional)}`,
		"memory of the voice process, resident / proportional": `${mb(engines.resident)} / ${mb(engines.proportional)}`,
	});
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
		const resident = pid === process.pid ? process.memoryUsage.rss() : Number.NaN;
		return { resident, proportional: Number.NaN };
	}
}

if (import.meta.main) {
	for (const stt of process.argv.slice(2)) printLoop(await benchVoiceLoop(stt));
	process.exit(0);
}
