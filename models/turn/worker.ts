import { InferenceSession, Tensor } from "onnxruntime-node";
import { sessionOptions } from "../onnx-session.ts";
import { createLogMel, melBands, melFrames } from "./log-mel.ts";
import type { TurnAnswer, TurnRequest } from "./messages.ts";

declare const self: Worker;

const answer = (message: TurnAnswer) => self.postMessage(message);
const logMel = createLogMel();
let session: InferenceSession | undefined;

self.onmessage = async ({ data }: MessageEvent<{ model: string; threads: number } | TurnRequest>) => {
	const id = "id" in data ? data.id : undefined;
	try {
		if ("model" in data) {
			session = await InferenceSession.create(data.model, sessionOptions(data.threads));
			answer({ ready: true });
			return;
		}
		if (session === undefined) throw new Error("the model is not loaded");
		const input = new Tensor("float32", logMel(data.pcm), [1, melBands, melFrames]);
		const output = await session.run({ [session.inputNames[0] ?? "input_features"]: input });
		const value = Object.values(output)[0]?.data[0];
		if (typeof value !== "number") throw new Error("the model gave no probability");
		answer({ id: data.id, probability: value });
	} catch (error) {
		answer({ id, error: error instanceof Error ? error.message : String(error) });
	}
};
