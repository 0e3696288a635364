import { AiosError, type Requirement, type ServerDeps, type SpeechEngines } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createWorks, type Lasting } from "../../../core/work/index.ts";
import { createDesktop, type Desktop } from "./desktop/index.ts";
import { createRecognition, type Recognition } from "./recognition/index.ts";
import type { VoiceSettings } from "./settings.ts";
import { createTranscriptions, type Transcriptions } from "./transcriptions.ts";

export { type Area, type Desktop, type Point, readKeys } from "./desktop/index.ts";
export { ownMicrophone } from "./recognition/index.ts";
export { type VoiceSettings, voiceSettings } from "./settings.ts";
export type { Transcription } from "./transcriptions.ts";

/** What the voice server touches: the speech engines of its process, the desktop, and recordings below the allowed folders. */
export interface VoiceAdapters extends Lasting {
	speech: SpeechEngines;
	/** Carries out words for a person. Throws `unavailable` where the server runs alone. */
	command: NonNullable<ServerDeps["command"]>;
	desktop: Desktop;
	recognition: Recognition;
	folders: Folders;
	transcriptions: Transcriptions;
	/** The environment of programs: where ffmpeg is looked for. */
	env: Readonly<Record<string, string>>;
	close(): Promise<void>;
}

/** Throws `missing_part` where the process was started without speech engines. */
export function createAdapters(deps: ServerDeps<VoiceSettings>): VoiceAdapters {
	const { speech, command, folders, childEnv: env, clock, log, listen, announce } = deps;
	if (speech === undefined) {
		throw new AiosError("missing_part", "The voice server was started without speech engines.");
	}
	const desktop = createDesktop({ env, clock, log });
	const transcriptions = createTranscriptions(speech, announce);
	const works: Lasting["works"] = createWorks({ letter: "s", noun: "speech", atOnce: 3, announce });
	const { satellites } = deps.settings;
	const recognition = createRecognition({ listen, announce, satellites, env, clock, log });
	return {
		speech,
		command: command ?? alone,
		desktop,
		recognition,
		folders: createFolders(folders),
		transcriptions,
		works,
		env,
		async close() {
			recognition.close();
			void transcriptions.close();
			void works.close();
			await desktop.close();
		},
	};
}

function alone(): never {
	throw new AiosError("unavailable", "This server runs alone, so there is no assistant to carry out commands.", {
		fix: "Start everything with: npm start",
	});
}

/** Which recogniser, which voice, which microphone and which display are there. */
export async function findRequirements({ speech, desktop, recognition, env }: VoiceAdapters): Promise<Requirement[]> {
	const { stt, tts } = await speech.status();
	const part = (name: string, found: string, fix: string): Requirement =>
		found === "none" ? { name, ok: false, detail: "none is installed", fix } : { name, ok: true, detail: found };
	return [
		part("recogniser", stt, "Run: aios models pull whisper-tiny.en"),
		part("speaking voice", tts, "Run: npm start, which installs the built-in voice."),
		Bun.which("ffmpeg", { PATH: env.PATH ?? "" }) === null
			? { name: "ffmpeg", ok: false, detail: "not installed: only WAV recordings are read", fix: "Install ffmpeg." }
			: { name: "ffmpeg", ok: true, detail: "recordings in any usual format" },
		recognition.requirement(),
		desktop.requirement(),
	];
}
