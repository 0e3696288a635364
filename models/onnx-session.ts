import type { InferenceSession } from "onnxruntime-node";

/**
 * Session settings for small networks that stay loaded: no memory arena and no packed copies of the weights, which
 * together cost more memory than they save time here.
 */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
	return {
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		executionMode: "sequential",
		enableCpuMemArena: false,
		enableMemPattern: false,
		logSeverityLevel: 3,
		extra: { session: { disable_prepacking: "1" } },
	};
}
