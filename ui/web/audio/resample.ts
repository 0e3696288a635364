/** Taps of the low-pass filter: a transition band of about a tenth of the input rate's Nyquist frequency. */
const taps = 63;

/**
 * Makes a converter from `from` Hz to `to` Hz that keeps its place between calls: a Hamming-windowed sinc low-pass
 * below the lower Nyquist frequency, then linear interpolation. Gives the input itself where the rates are equal.
 */
export function createResampler(from: number, to: number): (input: Float32Array) => Float32Array {
	if (from === to) return (input) => input;
	const filter = lowPass(Math.min(0.45, (0.45 * to) / from));
	const step = from / to;
	let history = new Float32Array(taps - 1);
	let last = 0;
	let position = 1;

	return (input) => {
		const joined = new Float32Array(history.length + input.length);
		joined.set(history);
		joined.set(input, history.length);
		history = joined.slice(joined.length - (taps - 1));

		const smooth = new Float32Array(input.length + 1);
		smooth[0] = last;
		for (let i = 0; i < input.length; i++) smooth[i + 1] = dot(filter, joined, i);
		last = smooth[input.length] ?? 0;

		const output: number[] = [];
		while (position <= input.length) {
			const before = Math.floor(position);
			const share = position - before;
			const a = smooth[before] ?? 0;
			const b = smooth[Math.min(before + 1, input.length)] ?? a;
			output.push(a + (b - a) * share);
			position += step;
		}
		position -= input.length;
		return Float32Array.from(output);
	};
}

/** Low-pass coefficients for a cut-off given as a share of the sample rate; they sum to one. */
function lowPass(cutoff: number): Float32Array {
	const middle = (taps - 1) / 2;
	const coefficients = Float32Array.from({ length: taps }, (_, i) => {
		const x = i - middle;
		const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
		return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (taps - 1)));
	});
	const sum = coefficients.reduce((total, value) => total + value, 0);
	return coefficients.map((value) => value / sum);
}

function dot(filter: Float32Array, signal: Float32Array, offset: number): number {
	let sum = 0;
	for (let k = 0; k < filter.length; k++) sum += (filter[k] ?? 0) * (signal[offset + k] ?? 0);
	return sum;
}
