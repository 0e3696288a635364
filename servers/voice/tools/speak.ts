import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { encodeWav, joined } from "../../../core/audio/index.ts";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import {
	ending,
	endingAfter,
	lasting,
	lookFields,
	looking,
	lookingAfter,
	workIdField,
} from "../../../core/work/index.ts";
import type { VoiceAdapters } from "../adapters/index.ts";

/** Most samples an answer carries: as a WAV file in base64 they stay below what a result may have. */
const answerSamples = 350_000;

/** Longest text one call speaks: about ten minutes. */
const maxCharacters = 10_000;

const synthesize = defineTool({
	name: "speak",
	title: "Speak",
	description:
		"Says a text in one of the assistant's voices; gives the sound as WAV, or writes it to a file. What takes long goes on behind the answer.",
	effect: "write",
	input: z.object({
		text: z.string().trim().min(1).max(maxCharacters),
		voice: z.string().max(200).optional().describe("A voice's id from list_voices"),
		speed: z.number().min(0.5).max(3).default(1),
		path: slot("path", z.string().min(1).max(4096)).optional().describe("Write a WAV file here instead"),
	}),
	output: z.object({
		seconds: z.number(),
		sample_rate: z.number().int(),
		path: z.string().optional(),
		wav: z.string().optional().describe("The sound as a WAV file in base64, where no path was given"),
	}),
	voice: {
		en: { sentences: ["say {text}", "(repeat after me|read [this] aloud|say the words) {text}"] },
	},
	timeoutMs: 600_000,
	say: ({ path }, { text }) => (path === undefined ? text : `The recording is in ${basename(path)}.`),
	attachments: ({ wav }) => soundOf(wav),
	async run({ text, voice, speed, path }, { speech, folders }: VoiceAdapters, { signal, progress }) {
		const target = path === undefined ? undefined : await folders.resolveForWriting(path);
		const parts: Int16Array[] = [];
		let sampleRate = 0;
		let samples = 0;
		const sentences = text.match(/[^.!?\n]+[.!?\n]*\s*/g) ?? [text];
		for (const [index, sentence] of sentences.entries()) {
			signal.throwIfAborted();
			progress({ progress: index, total: sentences.length, message: "Speaking" });
			for await (const chunk of speech.synthesize(sentence, { voice, speed, signal })) {
				sampleRate = chunk.sampleRate;
				parts.push(chunk.pcm);
				samples += chunk.pcm.length;
				if (target === undefined && samples > answerSamples) throw tooLong(samples / sampleRate);
			}
		}
		const pcm = joined(parts);
		if (pcm.length === 0) throw new AiosError("unsupported", "There is nothing in that text that can be spoken.");
		const wav = encodeWav({ pcm, sampleRate });
		if (target !== undefined) await writeFile(target, wav);
		return {
			seconds: pcm.length / sampleRate,
			sample_rate: sampleRate,
			...(target === undefined ? { wav: Buffer.from(wav).toString("base64") } : { path: target }),
		};
	},
});

/** Turns text into speech: the sound comes back as a WAV attachment, or is written to a file. */
export const speak = lasting(synthesize, {
	still: "I am still making the recording",
	over: "The recording is ready",
	broke: "The recording could not be made",
});

const idField = workIdField("s", "speak");

/** How speech goes that takes longer to make than a call may. */
export const speechStatus = defineTool({
	...looking,
	name: "speech_status",
	title: "Speech status",
	description:
		"How far speech is that is still being made, waiting for its end for as long as is asked for; then the sound.",
	input: z.object({ id: idField, ...lookFields }),
	voice: {
		en: {
			sentences: ["is the (recording|audio file|sound file) (done|ready|finished) [yet]"],
			followUps: lookingAfter("speak"),
		},
	},
	attachments: ({ result }) => soundOf(z.object({ wav: z.string().optional() }).safeParse(result).data?.wav),
});

/** Ends the making of speech. */
export const cancelSpeech = defineTool({
	...ending,
	name: "cancel_speech",
	title: "Cancel speech",
	description: "Stops making speech that speak was asked for; nothing is written.",
	input: z.object({ id: idField }),
	voice: {
		en: {
			sentences: ["(cancel|stop|abort) [making] the (recording|audio file|sound file)"],
			followUps: endingAfter("speak"),
		},
	},
});

function soundOf(wav: string | undefined) {
	return wav === undefined ? [] : [{ mimeType: "audio/wav", data: wav, name: "speech.wav" }];
}

function tooLong(seconds: number): AiosError {
	return new AiosError(
		"too_large",
		`That is more than ${Math.floor(seconds)} seconds of speech, too much for an answer.`,
		{
			fix: "Give a path, and it is written to that file.",
		},
	);
}
