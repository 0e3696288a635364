/** A loudness between 0 (silent) and 1 (as loud as speech gets) that the page reads at its own pace. */
export interface LevelMeter {
	/** Takes signed 16-bit PCM. */
	feed(pcm: Int16Array): void;
	reset(): void;
	read(): number;
}

/** Quietest sound that moves the meter and the one that fills it, in decibels below full scale. */
const floorDb = -55;
const ceilingDb = -12;

/** Measures the root mean square of each chunk on a decibel scale, as ears do. */
export function createLevelMeter(): LevelMeter {
	let level = 0;
	return {
		feed(pcm) {
			if (pcm.length === 0) return;
			let sum = 0;
			for (const sample of pcm) sum += (sample / 0x8000) ** 2;
			const db = 10 * Math.log10(sum / pcm.length + 1e-10);
			level = Math.max(0, Math.min(1, (db - floorDb) / (ceilingDb - floorDb)));
		},
		reset() {
			level = 0;
		},
		read: () => level,
	};
}
