/** The last stretch of a stream, addressed by sample position since the stream began. */
export interface Ring {
	/** Position after the newest sample. */
	readonly end: number;
	/** Position of the oldest sample still kept. */
	readonly start: number;
	push(pcm: Int16Array): void;
	/** A copy of the samples [from, to), cut to what is still kept. */
	slice(from: number, to: number): Int16Array;
}

/** Keeps at most `capacity` samples; memory grows with use, so a short stream stays small. */
export function createRing(capacity: number): Ring {
	let samples = new Int16Array(Math.min(capacity, 131_072));
	let end = 0;

	function grow(needed: number): void {
		let size = samples.length;
		while (size < Math.min(needed, capacity)) size = Math.min(size * 2, capacity);
		if (size === samples.length) return;
		// Until the ring is at full size it has never wrapped, so positions are plain offsets.
		const larger = new Int16Array(size);
		larger.set(samples.subarray(0, end));
		samples = larger;
	}

	return {
		get end() {
			return end;
		},
		get start() {
			return Math.max(0, end - samples.length);
		},
		push(pcm) {
			grow(end + pcm.length);
			const skipped = Math.max(0, pcm.length - samples.length);
			const kept = pcm.subarray(skipped);
			const at = (end + skipped) % samples.length;
			const first = Math.min(kept.length, samples.length - at);
			samples.set(kept.subarray(0, first), at);
			samples.set(kept.subarray(first), 0);
			end += pcm.length;
		},
		slice(from, to) {
			const start = Math.min(Math.max(from, 0, end - samples.length), end);
			const stop = Math.max(start, Math.min(to, end));
			const copy = new Int16Array(stop - start);
			const at = start % samples.length;
			const first = Math.min(copy.length, samples.length - at);
			copy.set(samples.subarray(at, at + first));
			copy.set(samples.subarray(0, copy.length - first), first);
			return copy;
		},
	};
}
