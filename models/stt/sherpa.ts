import { OfflineRecognizer } from "sherpa-onnx-node";
import { z } from "zod";
import { sampleRate } from "../../core/contract/index.ts";

const resultSchema = z.object({ text: z.string() });

type ModelConfig = Parameters<typeof OfflineRecognizer.createAsync>[0]["modelConfig"];

/** Opens a sherpa-onnx recogniser; the function it gives decodes one piece of 16 kHz sound off the event loop. */
export async function openSherpa(
	config: Omit<ModelConfig, "provider" | "debug" | "numThreads">,
	threads: number,
): Promise<(samples: Float32Array) => Promise<string>> {
	const recogniser = await OfflineRecognizer.createAsync({
		featConfig: { sampleRate, featureDim: 80 },
		modelConfig: { ...config, numThreads: threads, provider: "cpu", debug: 0 },
	});
	return async (samples) => {
		const stream = recogniser.createStream();
		stream.acceptWaveform({ samples, sampleRate });
		return resultSchema.parse(await recogniser.decodeAsync(stream)).text.trim();
	};
}
