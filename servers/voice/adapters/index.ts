import { AiosError, type Requirement, type ServerDeps, type SpeechEngines } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createDesktop, type Desktop } from "./desktop/index.ts";

export { type Area, type Desktop, type Point, readKeys } from "./desktop/index.ts";

/** What the voice server touches: the speech engines of its process, the desktop, and recordings below the allowed folders. */
export interface VoiceAdapters {
	speech: SpeechEngines;
	/** Carries out words for a person. Throws `unavailable` where the server runs alone. */
	command: NonNullable<ServerDeps["command"]>;
	desktop: Desktop;
	folders: Folders;
	close(): Promise<void>;
}

/** Throws `missing_part` where the process was started without speech engines. */
export function createAdapters({ speech, command, folders, dataDir, childEnv, clock, log }: ServerDeps): VoiceAdapters {
	if (speech === undefined) {
		throw new AiosError("missing_part", "The voice server was started without speech engines.");
	}
	const desktop = createDesktop({ env: childEnv, clock, log });
	return {
		speech,
		command: command ?? alone,
		desktop,
		folders: createFolders({ allowed: folders, denied: [dataDir] }),
		close: () => desktop.close(),
	};
}

function alone(): never {
	throw new AiosError("unavailable", "This server runs alone, so there is no assistant to carry out commands.", {
		fix: "Start everything with: npm start",
	});
}

/** Which recogniser, which voice and which display are there. */
export async function findRequirements({ speech, desktop }: VoiceAdapters): Promise<Requirement[]> {
	const { stt, tts } = await speech.status();
	const part = (name: string, found: string, fix: string): Requirement =>
		found === "none" ? { name, ok: false, detail: "none is installed", fix } : { name, ok: true, detail: found };
	return [
		part("recogniser", stt, "Run: aios models pull whisper-tiny.en"),
		part("speaking voice", tts, "Run: npm start, which installs the built-in voice."),
		desktop.requirement(),
	];
}
