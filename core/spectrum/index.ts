/** Power spectrum of a fixed, even number of real samples: `size / 2 + 1` values of |X[k]|². */
export function createPowerSpectrum(size: number): (samples: Float64Array, power: Float64Array) => void {
	const spectrum = createSpectrum(size);
	const re = new Float64Array(size / 2 + 1);
	const im = new Float64Array(size / 2 + 1);
	return (samples, power) => {
		spectrum(samples, re, im);
		for (let k = 0; k < re.length; k++) power[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2;
	};
}

/**
 * Spectrum of a fixed, even number of real samples: `size / 2 + 1` values, real and imaginary parts apart. The samples are
 * taken as `size / 2` complex ones (Sorensen et al. 1987), transformed by Stockham's autosorting FFT
 * (as in Van Loan, "Computational Frameworks for the FFT", 1992) in radices 4, 2, 3 and 5, and untangled.
 */
export function createSpectrum(size: number): (samples: Float64Array, xr: Float64Array, xi: Float64Array) => void {
	const half = size / 2;
	const stages = plan(half);
	let re = new Float64Array(half);
	let im = new Float64Array(half);
	let nextRe = new Float64Array(half);
	let nextIm = new Float64Array(half);
	const cos = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
	const sin = Float64Array.from({ length: half + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));

	return (samples, xr, xi) => {
		for (let i = 0; i < half; i++) {
			re[i] = samples[2 * i] as number;
			im[i] = samples[2 * i + 1] as number;
		}
		for (const stage of stages) {
			run(stage, re, im, nextRe, nextIm);
			[re, nextRe] = [nextRe, re];
			[im, nextIm] = [nextIm, im];
		}
		for (let k = 0; k <= half; k++) {
			const a = k === half ? 0 : k;
			const b = k === 0 ? 0 : half - k;
			const ar = re[a] as number;
			const ai = im[a] as number;
			const br = re[b] as number;
			const bi = im[b] as number;
			const oddRe = (ai + bi) / 2;
			const oddIm = (br - ar) / 2;
			const c = cos[k] as number;
			const s = sin[k] as number;
			xr[k] = (ar + br) / 2 + c * oddRe + s * oddIm;
			xi[k] = (ai - bi) / 2 + c * oddIm - s * oddRe;
		}
	};
}

interface Stage {
	radix: number;
	/** Length of the transforms at this stage, divided by the radix. */
	groups: number;
	stride: number;
	/** e^(-2πi·p·k / (radix·groups)) at p·radix + k. */
	twiddleRe: Float64Array;
	twiddleIm: Float64Array;
	/** e^(-2πi·j·k / radix) at j·radix + k. */
	rootRe: Float64Array;
	rootIm: Float64Array;
}

function plan(length: number): Stage[] {
	const stages: Stage[] = [];
	let left = length;
	let stride = 1;
	for (const radix of [4, 2, 3, 5]) {
		while (left % radix === 0) {
			const groups = left / radix;
			const angle = (p: number, k: number, n: number) => (-2 * Math.PI * p * k) / n;
			const table = (rows: number, n: number, part: (x: number) => number) =>
				Float64Array.from({ length: rows * radix }, (_, i) => part(angle(Math.floor(i / radix), i % radix, n)));
			stages.push({
				radix,
				groups,
				stride,
				twiddleRe: table(groups, left, Math.cos),
				twiddleIm: table(groups, left, Math.sin),
				rootRe: table(radix, radix, Math.cos),
				rootIm: table(radix, radix, Math.sin),
			});
			left = groups;
			stride *= radix;
		}
	}
	if (left !== 1) throw new RangeError(`${length} has a prime factor above 5`);
	return stages;
}

function run(stage: Stage, re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array): void {
	const { radix, groups, stride, twiddleRe, twiddleIm, rootRe, rootIm } = stage;
	const step = stride * groups;
	for (let p = 0; p < groups; p++) {
		for (let q = 0; q < stride; q++) {
			const from = q + stride * p;
			const to = q + stride * radix * p;
			for (let k = 0; k < radix; k++) {
				let sumRe = 0;
				let sumIm = 0;
				for (let j = 0; j < radix; j++) {
					const xr = re[from + j * step] as number;
					const xi = im[from + j * step] as number;
					const wr = rootRe[j * radix + k] as number;
					const wi = rootIm[j * radix + k] as number;
					sumRe += xr * wr - xi * wi;
					sumIm += xr * wi + xi * wr;
				}
				const tr = twiddleRe[p * radix + k] as number;
				const ti = twiddleIm[p * radix + k] as number;
				outRe[to + k * stride] = sumRe * tr - sumIm * ti;
				outIm[to + k * stride] = sumRe * ti + sumIm * tr;
			}
		}
	}
}
