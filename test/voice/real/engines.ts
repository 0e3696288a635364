import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { decodeWav } from "../../../core/audio/index.ts";
import type { SpeechEngines, Understander } from "../../../core/contract/index.ts";
import { lists, openStore, schedules } from "../../../core/store/index.ts";
import { describeServer } from "../../../core/surface/index.ts";
import { createUnderstander } from "../../../core/understanding/index.ts";
import { createSpeechClient } from "../../../core/voice/speech-client.ts";
import { createMainServer } from "../../../servers/main/index.ts";
import { server as systemServer } from "../../../servers/system/index.ts";
import { startSpeechChild } from "../../fixtures/speech-child.ts";

const modelDirs = (process.env.AIOS_MODELS_DIR ?? "").split(delimiter).filter(Boolean);

/** Recordings of people beside the models, by folder; none where they are not on this machine. */
export function recordings(folder: "speech" | "commands"): { name: string; pcm: Int16Array }[] {
	const dir = modelDirs.map((each) => join(each, "..", "audio", folder)).find((path) => existsSync(path));
	if (dir === undefined) return [];
	return readdirSync(dir)
		.filter((name) => name.endsWith(".wav"))
		.map((name) => ({ name, pcm: decodeWav(readFileSync(join(dir, name))).pcm }));
}

/** True where the end-of-turn model is on this machine. */
export const hasTurnModel = modelDirs.some((dir) => existsSync(join(dir, "smart-turn", "smart-turn-v3.2-cpu.onnx")));

export interface RealEngines extends SpeechEngines {
	/** The id of the process they live in. */
	pid: number;
	/** Ends that process and removes its data. */
	remove(): Promise<void>;
}

/** The engines of the product, in a process of their own as in the product, with a data folder of their own. */
export async function realEngines(stt = "moonshine-base"): Promise<RealEngines> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-voice-"));
	const child = await startSpeechChild({ stt, dataDir, modelsDirs: modelDirs });
	const client = createSpeechClient({ onChannel: (opened) => opened(child.channel) });
	await client.status();
	return {
		...client,
		pid: child.pid,
		async remove() {
			await client.close();
			child.kill();
			await child.exited;
			rmSync(dataDir, { recursive: true, force: true });
		},
	};
}

/** Understanding as the product does it, for the tools of the main and the system server. */
export function realUnderstander(): Understander {
	const unused = (): never => {
		throw new Error("the tools are only described here");
	};
	const store = openStore({ path: ":memory:" });
	const ports = {
		schedules: schedules(store),
		lists: lists(store),
		status: unused,
		catalogue: () => [],
		lastTurn: unused,
	};
	const understander = createUnderstander();
	understander.load([createMainServer(ports), systemServer].flatMap(describeServer));
	return understander;
}
