import { InferenceSession, Tensor } from "onnxruntime-node";
import { sessionOptions } from "../onnx-session.ts";
import { createLogMel, melBands, melFrames } from "./log-mel.ts";
import type { TurnAnswer, TurnMessage } from "./messages.ts";

declare const self: Worker;

const answer = (message: TurnAnswer) => self.postMessage(message);
const logMel = createLogMel();
let session: InferenceSession | undefined;

let work: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<TurnMessage>) => {
	work = work.then(() => handle(data));
};

async function handle(message: TurnMessage): Promise<void> {
	if ("end" in message) {
		await session?.release();
		// Of a thread this ends the thread alone.
		process.exit(0);
	}
	const id = "id" in message ? message.id : undefined;
	try {
		if ("model" in message) {
			session = await InferenceSession.create(message.model, sessionOptions(message.threads));
			answer({ ready: true });
			return;
		}
		if (session === undefined) throw new Error("the model is not loaded");
		const input = new Tensor("float32", logMel(message.pcm), [1, melBands, melFrames]);
		const output = await session.run({ [session.inputNames[0] ?? "input_features"]: input });
		const value = Object.values(output)[0]?.data[0];
		if (typeof value !== "number") throw new Error("the model gave no probability");
		answer({ id: message.id, probability: value });
	} catch (error) {
		answer({ id, error: error instanceof Error ? error.message : String(error) });
	}
}
