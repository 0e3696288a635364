/** Text kept of one execution; the oldest goes when it is full. */
const keepCharacters = 8_000_000;

/** Collects what a cell prints up to its end mark, bounded, with positions that stay valid as the oldest text goes. */
export class Output {
	readonly #keep: number;
	#text = "";
	#dropped = 0;

	constructor(keep = keepCharacters) {
		this.#keep = keep;
	}

	append(text: string): void {
		this.#text += text;
		const excess = this.#text.length - this.#keep;
		if (excess > 0) {
			this.#text = this.#text.slice(excess);
			this.#dropped += excess;
		}
	}

	/** Characters written so far, those no longer kept included. */
	get length(): number {
		return this.#dropped + this.#text.length;
	}

	/** Up to `limit` characters from `offset`; `next` is where to go on, absent at the end. */
	read(offset: number, limit: number): { text: string; offset: number; next?: number } {
		const from = Math.max(offset, this.#dropped);
		const text = this.#text.slice(from - this.#dropped, from - this.#dropped + limit);
		const next = from + text.length;
		return { text, offset: from, ...(next < this.length ? { next } : {}) };
	}
}

/** Passes a stream on until `mark` has come by, holding back what could be the beginning of one. */
export function createMarkReader(onText: (text: string) => void): {
	expect(mark: string): Promise<void>;
	push(text: string): void;
} {
	let held = "";
	let waiting: { mark: string; resolve: () => void } | undefined;
	return {
		expect: (mark) =>
			new Promise<void>((resolve) => {
				waiting = { mark, resolve };
			}),
		push(text) {
			held += text;
			if (waiting === undefined) {
				onText(held);
				held = "";
				return;
			}
			const { mark, resolve } = waiting;
			const at = held.indexOf(mark);
			if (at >= 0) {
				onText(held.slice(0, at));
				held = held.slice(at + mark.length);
				waiting = undefined;
				resolve();
				return;
			}
			const safe = held.length - partialLength(held, mark);
			if (safe > 0) onText(held.slice(0, safe));
			held = held.slice(safe);
		},
	};
}

/** Length of the longest end of `text` that is a beginning of `mark`. */
function partialLength(text: string, mark: string): number {
	for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
		if (mark.startsWith(text.slice(-length))) return length;
	}
	return 0;
}
