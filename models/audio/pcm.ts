/** Signed 16-bit PCM as floats in [-1, 1). */
export function toFloat(pcm: Int16Array): Float32Array {
	const samples = new Float32Array(pcm.length);
	for (let i = 0; i < pcm.length; i++) samples[i] = (pcm[i] ?? 0) / 32_768;
	return samples;
}

/** Floats in [-1, 1] as signed 16-bit PCM; louder values are clipped. */
export function toPcm(samples: Float32Array): Int16Array {
	const pcm = new Int16Array(samples.length);
	for (let i = 0; i < samples.length; i++) {
		pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round((samples[i] ?? 0) * 32_768)));
	}
	return pcm;
}
