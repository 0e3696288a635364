import workletUrl from "./capture-worklet.ts?worker&url";
import { MicrophoneError, microphoneProblem, microphoneProblemOf } from "./problems.ts";

const targetRate = 16_000;

export interface Microphone {
	close(): void;
}

export interface MicrophoneOptions {
	/** The input to use, as `enumerateDevices` names it; the system's choice when absent or gone. */
	deviceId?: string;
	/** 20 ms of 16 kHz mono signed 16-bit PCM. The buffer is the listener's to keep. */
	onChunk(pcm: ArrayBuffer): void;
	/** The microphone was unplugged or its permission withdrawn. */
	onLost(): void;
}

/** Opens the microphone, echo cancellation on. Rejects with a MicrophoneError. */
export async function openMicrophone({ deviceId, onChunk, onLost }: MicrophoneOptions): Promise<Microphone> {
	if (!window.isSecureContext || navigator.mediaDevices === undefined) {
		throw new MicrophoneError(microphoneProblem("insecure"));
	}
	let stream: MediaStream | undefined;
	let context: AudioContext | undefined;
	try {
		stream = await navigator.mediaDevices.getUserMedia({
			audio: {
				echoCancellation: true,
				noiseSuppression: true,
				autoGainControl: true,
				channelCount: 1,
				...(deviceId === undefined ? {} : { deviceId }),
			},
		});
		const [track] = stream.getAudioTracks();
		const graph = connect(stream);
		context = graph.context;
		await context.audioWorklet.addModule(workletUrl);
		const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1 });
		capture.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => onChunk(data);
		graph.source.connect(capture);
		await context.resume();
		track?.addEventListener("ended", onLost);
		const opened = { stream, context };
		return {
			close() {
				track?.removeEventListener("ended", onLost);
				capture.port.onmessage = null;
				release(opened.stream, opened.context);
			},
		};
	} catch (thrown) {
		release(stream, context);
		throw new MicrophoneError(microphoneProblemOf(thrown), thrown);
	}
}

/** Joins the stream to a 16 kHz context; browsers that can't convert there get one at the device's own rate. */
function connect(stream: MediaStream): { context: AudioContext; source: MediaStreamAudioSourceNode } {
	const context = new AudioContext({ sampleRate: targetRate });
	try {
		return { context, source: context.createMediaStreamSource(stream) };
	} catch {
		void context.close();
		const native = new AudioContext();
		return { context: native, source: native.createMediaStreamSource(stream) };
	}
}

function release(stream: MediaStream | undefined, context: AudioContext | undefined): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
	if (context !== undefined && context.state !== "closed") void context.close();
}
