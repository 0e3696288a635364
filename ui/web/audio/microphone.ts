import { capture } from "./capture.ts";
import { MicrophoneError, microphoneProblem, microphoneProblemOf } from "./problems.ts";

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
		const opened = stream;
		const [track] = opened.getAudioTracks();
		const { close } = await capture(opened, onChunk);
		track?.addEventListener("ended", onLost);
		return {
			close() {
				track?.removeEventListener("ended", onLost);
				close();
				stop(opened);
			},
		};
	} catch (thrown) {
		stop(stream);
		throw new MicrophoneError(microphoneProblemOf(thrown), thrown);
	}
}

function stop(stream: MediaStream | undefined): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
}
