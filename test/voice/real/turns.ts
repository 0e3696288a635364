import { type Activity, type SpeechEngines, type Understander, windowSamples } from "../../../core/contract/index.ts";
import {
	type Ask,
	createEndpointer,
	defaultEndpointSettings,
	type EndpointEvent,
	msOf,
	samplesOf,
} from "../../../core/voice/endpoint.ts";
import { isUnfinished, type Sense, senseOfUnknown } from "../../../core/voice/sense.ts";

export interface FoundTurn {
	text: string;
	/** Seconds into the sound. */
	from: number;
	speechEnd: number;
	/** Silence that passed before the turn was over, in milliseconds. */
	waitedMs: number;
	/** What the words were at the end, and what the turn model said after how much of that silence. */
	sense: Sense | undefined;
	asked: { silenceMs: number; complete: number | undefined }[];
}

/** How long the turn model and the words take to answer on a busy small machine, in milliseconds of sound. */
const answerMs = 100;

/**
 * Finds the turns in a recording with the engines of the product, in the recording's own time: however slow this
 * machine is, the same sound gives the same turns. Three seconds of a quiet room follow the recording.
 */
export async function turnsIn(
	engines: SpeechEngines,
	recording: Int16Array,
	understander: Understander,
): Promise<FoundTurn[]> {
	const lead = samplesOf(300);
	const pcm = Int16Array.from({ length: lead + recording.length + samplesOf(3000) }, (_, i) => ((i * 7919) % 9) - 4);
	pcm.set(recording, lead);
	const stream = engines.open();
	const windows: Activity[] = [];
	stream.onActivity((activity) => windows.push(activity));
	stream.push(pcm);
	while (windows.length < Math.floor(pcm.length / windowSamples))
		await new Promise((resolve) => setTimeout(resolve, 5));

	const endpointer = createEndpointer(defaultEndpointSettings);
	const turns: FoundTurn[] = [];
	let answers: { due: number; ask: Ask; complete: number | undefined; sense: Sense | undefined }[] = [];
	let text = "";
	let sense: Sense | undefined;
	let asked: FoundTurn["asked"] = [];

	const senseOf = async (): Promise<Sense> => {
		if (isUnfinished(text)) return "unfinished";
		const { kind } = await understander.understand(text, { now: new Date() });
		return kind === "unknown" ? senseOfUnknown(text) : kind;
	};
	const handle = async (events: readonly EndpointEvent[]): Promise<void> => {
		for (const event of events) {
			if (event.kind === "pause") {
				text = (await stream.transcribe({ from: event.from, to: event.at }))?.text ?? "";
				sense = await senseOf();
				asked = [];
			} else if (event.kind === "ask") {
				const complete = await stream.turnComplete({ from: event.from, to: event.at });
				asked.push({ silenceMs: msOf(event.at - event.speechEnd), complete });
				answers.push({ due: event.at + samplesOf(answerMs), ask: event, complete, sense });
			} else if (event.kind === "end") {
				const { from, speechEnd, at } = event;
				const waitedMs = msOf(at - speechEnd);
				turns.push({ text, from: from / 16_000, speechEnd: speechEnd / 16_000, waitedMs, sense, asked });
			}
		}
	};
	for (const window of windows) {
		await handle(endpointer.push(window));
		const due = answers.filter((answer) => answer.due <= window.end);
		answers = answers.filter((answer) => answer.due > window.end);
		for (const { ask, complete, sense } of due) await handle(endpointer.answer(ask, complete, sense));
	}
	stream.close();
	return turns;
}
