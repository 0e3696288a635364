declare module "sherpa-onnx-node" {
	interface OfflineStream {
		acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void;
	}
	interface OfflineModelConfig {
		whisper?: { encoder: string; decoder: string; language?: string; task?: string; tailPaddings?: number };
		moonshine?: { encoder: string; mergedDecoder: string };
		tokens: string;
		numThreads: number;
		provider: "cpu";
		debug: 0;
	}
	export class OfflineRecognizer {
		static createAsync(config: {
			featConfig: { sampleRate: number; featureDim: number };
			modelConfig: OfflineModelConfig;
		}): Promise<OfflineRecognizer>;
		createStream(): OfflineStream;
		decodeAsync(stream: OfflineStream): Promise<unknown>;
	}
	interface OfflineTtsModelConfig {
		vits?: { model: string; tokens: string; dataDir: string };
		kokoro?: { model: string; voices: string; tokens: string; dataDir: string };
		numThreads: number;
		provider: "cpu";
		debug: 0;
	}
	export class OfflineTts {
		static createAsync(config: { model: OfflineTtsModelConfig; maxNumSentences: number }): Promise<OfflineTts>;
		readonly numSpeakers: number;
		readonly sampleRate: number;
		generateAsync(request: {
			text: string;
			sid: number;
			speed: number;
			enableExternalBuffer: boolean;
			onProgress?: (made: { samples: Float32Array; progress: number }) => boolean;
		}): Promise<{ samples: Float32Array; sampleRate: number }>;
	}
}
