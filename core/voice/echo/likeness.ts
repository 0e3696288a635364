import { bandCount, framesOf } from "./bands.ts";

/** Longest way from our sending a sound to its coming back: network, the page's buffer, air, microphone. */
export const longestLag = framesOf(800);

/** The frames compared: the last ones. */
export const comparedFrames = framesOf(1280);

/** Frames kept: those compared, what was played before them, and one more, where their sums begin. */
const kept = comparedFrames + longestLag + 2;

/** A spread (of amplitudes squared) below this is none: rounding leaves as much. */
const flat = 1;

const lags = longestLag + 1;

/** How alike the microphone and what was played are, for every delay between them. */
export interface Likeness {
	/** Forgets everything, but for the last `lead` frames. */
	restart(lead: number): void;
	/**
	 * Takes the next frame: amplitude by band of what was played and of what the microphone heard. Without `comparing`
	 * it is only remembered.
	 */
	add(played: Float64Array, heard: Float64Array, comparing: boolean): void;
	/** Correlation from -1 to 1 at that lag (frames). */
	at(lag: number): number;
}

/**
 * Pearson's correlation of the amplitudes in each band over the last frames, averaged over the bands by how much what
 * was played changed there. Sums move on with every frame, so that it costs the same however much is compared.
 */
export function createLikeness(): Likeness {
	const played = new Float64Array(kept * bandCount);
	const heard = new Float64Array(kept * bandCount);
	/** Sums of the values and of their squares up to and with each frame. */
	const playedSum = new Float64Array(kept * bandCount);
	const playedSquares = new Float64Array(kept * bandCount);
	const heardSum = new Float64Array(kept * bandCount);
	const heardSquares = new Float64Array(kept * bandCount);
	/** Sums of the products of the frames compared, for each lag. */
	const both = new Float64Array(lags * bandCount);
	/** Frames from `since` on are compared. Counting begins far from 0, so that there are frames before. */
	let frame = kept;
	let since = kept;

	const row = (of: number): number => (of % kept) * bandCount;

	/** Counts a frame in, or out again. */
	const count = (of: number, sign: 1 | -1): void => {
		const m = row(of);
		for (let lag = 0; lag < lags; lag += 1) {
			const p = row(of - lag);
			const at = lag * bandCount;
			for (let band = 0; band < bandCount; band += 1) {
				both[at + band] =
					(both[at + band] as number) + sign * (played[p + band] as number) * (heard[m + band] as number);
			}
		}
	};

	const sumUp = (values: Float64Array, sums: Float64Array, squares: Float64Array): void => {
		const now = row(frame);
		const before = row(frame - 1);
		for (let band = 0; band < bandCount; band += 1) {
			const value = values[now + band] as number;
			sums[now + band] = (sums[before + band] as number) + value;
			squares[now + band] = (squares[before + band] as number) + value * value;
		}
	};

	return {
		restart(lead) {
			both.fill(0);
			since = Math.max(kept, frame - lead);
			for (let of = since; of < frame; of += 1) count(of, 1);
		},
		add(nowPlayed, nowHeard, comparing) {
			played.set(nowPlayed, row(frame));
			heard.set(nowHeard, row(frame));
			sumUp(played, playedSum, playedSquares);
			sumUp(heard, heardSum, heardSquares);
			if (comparing) count(frame, 1);
			frame += 1;
			if (!comparing) since = frame;
			else if (frame - since > comparedFrames) {
				count(since, -1);
				since += 1;
			}
		},
		at(lag) {
			const n = frame - since;
			const [p, p0, m, m0] = [row(frame - 1 - lag), row(since - 1 - lag), row(frame - 1), row(since - 1)];
			let sum = 0;
			let weights = 0;
			for (let band = 0; band < bandCount; band += 1) {
				const sent = ((playedSum[p + band] as number) - (playedSum[p0 + band] as number)) / n;
				const sentSquares = ((playedSquares[p + band] as number) - (playedSquares[p0 + band] as number)) / n;
				const sentSpread = sentSquares - sent * sent;
				if (sentSpread <= flat) continue;
				const weight = Math.sqrt(sentSpread);
				weights += weight;
				const come = ((heardSum[m + band] as number) - (heardSum[m0 + band] as number)) / n;
				const comeSquares = ((heardSquares[m + band] as number) - (heardSquares[m0 + band] as number)) / n;
				const comeSpread = comeSquares - come * come;
				if (comeSpread <= flat) continue;
				sum += ((both[lag * bandCount + band] as number) / n - sent * come) / Math.sqrt(comeSpread);
			}
			return weights === 0 ? 0 : sum / weights;
		},
	};
}
