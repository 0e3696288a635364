import { AiosError, type Requirement, type ServerDeps, type SpeechEngines } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";

/** What the voice server touches: the speech engines of its process, and the files it may read and write. */
export interface VoiceAdapters {
	speech: SpeechEngines;
	folders: Folders;
}

/** Throws `missing_part` where the process was started without speech engines. */
export function createAdapters(deps: ServerDeps): VoiceAdapters {
	if (deps.speech === undefined) {
		throw new AiosError("missing_part", "The voice server was started without speech engines.");
	}
	return { speech: deps.speech, folders: createFolders({ allowed: deps.folders, denied: [deps.dataDir] }) };
}

/** Which recogniser and which voice are there. */
export async function findRequirements({ speech }: VoiceAdapters): Promise<Requirement[]> {
	const { stt, tts } = await speech.status();
	const part = (name: string, found: string, fix: string): Requirement =>
		found === "none" ? { name, ok: false, detail: "none is installed", fix } : { name, ok: true, detail: found };
	return [
		part("recogniser", stt, "Run: aios models pull whisper-tiny.en"),
		part("speaking voice", tts, "Run: npm start, which installs the built-in voice."),
	];
}
