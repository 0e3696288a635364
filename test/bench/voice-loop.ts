import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Reply, silentLogger, systemClock } from "../../core/contract/index.ts";
import { createVoiceLoop } from "../../core/voice/index.ts";
import { samplesOf as soundOf, voice } from "../e2e/harness/sound.ts";
import { bytesOf, fakeAssistant, person, recorder, speakInto } from "../voice/fakes/client.ts";
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
	endpoint: [number, number];
	final: [number, number];
	finalFromSpeech: [number, number];
	firstSound: [number, number];
	/** Of this process's event loop, meanwhile. */
	loopDelayP99: number;
	/** Resident bytes: of this process, and of the engines'. */
	resident: { here: number; engines: number };
}

/** A short answer as the tools give them. */
const answers = (text: string): Omit<Reply, "turn"> => ({
	status: "done",
	reply: `All right. You asked me this: ${text}`,
	timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
});

/**
 * The whole loop in real time: every command is fed as a microphone would, into a session whose engines live in a
 * process of their own; understanding is the product's, the tools are not run.
 */
export async function benchVoiceLoop(stt: string): Promise<LoopResult> {
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
	const people = recordings("commands");
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
			const feeding = speakInto(session, joinPcm(silence(300), pcm, silence(2600)));
			await feeding;
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
			session.push(bytesOf(silence(20)));
			session.close();
		}
		delay.disable();
		const status = await engines.status();
		return {
			stt: status.stt,
			commands: spoken.length + people.length,
			cut,
			endpoint: percentiles(endpoint),
			final: percentiles(final),
			finalFromSpeech: percentiles(finalFromSpeech),
			firstSound: percentiles(firstSound),
			loopDelayP99: delay.percentile(99) / 1e6,
			resident: { here: residentBytes(process.pid), engines: residentBytes(engines.pid) },
		};
	} finally {
		await engines.remove();
	}
}

function percentiles(values: number[]): [number, number] {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number): number =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
	return [at(0.5), at(0.95)];
}

/** Resident memory of a process; NaN where the system does not tell. */
function residentBytes(pid: number): number {
	try {
		const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+) kB/);
		return Number(line?.[1]) * 1024;
	} catch {
		return pid === process.pid ? process.memoryUsage.rss() : Number.NaN;
	}
}

if (import.meta.main) {
	for (const stt of process.argv.slice(2)) console.log(await benchVoiceLoop(stt));
	process.exit(0);
}
