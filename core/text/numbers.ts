import { cardinalOf, fractionWords, onesWords, scaleWords, tensWords, wholeInWords } from "./number-words.ts";

/** A number read from words: its value, the index after its last word, and whether it was an ordinal ("fifth"). */
interface ReadNumber {
	value: number;
	end: number;
	ordinal: boolean;
}

const digits = /^\d+(?:,\d{3})*(?:\.\d+)?$/;
const digitOrdinal = /^(\d+)(?:st|nd|rd|th)$/;

/** Splits text into the words the readers here work on: lower case, no commas or full stops at the end, hyphens open. */
export function numberTokens(text: string): string[] {
	return text
		.toLowerCase()
		.replace(/[’']/g, "'")
		.replace(/([a-z])-(?=[a-z])/g, "$1 ")
		.split(/\s+/)
		.map((word) => word.replace(/[.,!?;:]+$/, ""))
		.filter((word) => word !== "");
}

/**
 * The number a text is, digits or words: "one hundred and five", "minus 3.5", "two and a half", "a dozen",
 * "three point one four", "twenty first", "nineteen eighty four". Undefined where the text is anything else.
 */
export function parseNumber(text: string): number | undefined {
	const words = numberTokens(text);
	const whole = readNumber(words, 0);
	if (whole !== undefined && whole.end === words.length) return Number.isFinite(whole.value) ? whole.value : undefined;
	return parseSpelled(words);
}

/** Numbers said in pieces: "one oh five" is 105, "nineteen eighty four" 1984. */
function parseSpelled(words: readonly string[]): number | undefined {
	let joined = "";
	let at = 0;
	while (at < words.length) {
		const piece = readNumber(words, at);
		if (piece === undefined || piece.ordinal || !Number.isInteger(piece.value)) return undefined;
		if (piece.value < 0 || piece.value > 99) return undefined;
		joined += String(piece.value);
		at = piece.end;
	}
	return joined === "" || joined.length > 15 ? undefined : Number(joined);
}

/** Writes the numbers of a text in digits and leaves the rest: "twenty five minutes" is "25 minutes", ordinals "5th". */
export function writeNumbers(text: string): string {
	const words = numberTokens(text);
	const out: string[] = [];
	let at = 0;
	while (at < words.length) {
		const read = readNumber(words, at);
		if (read === undefined) {
			out.push(words[at] ?? "");
			at += 1;
		} else {
			out.push(read.ordinal ? withSuffix(read.value) : String(read.value));
			at = read.end;
		}
	}
	return out.join(" ");
}

function withSuffix(value: number): string {
	const teen = value % 100 >= 11 && value % 100 <= 13;
	const suffix = teen ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
	return `${value}${suffix}`;
}

/** Reads the longest number that begins at word `start`; undefined where none does. */
export function readNumber(words: readonly string[], start: number): ReadNumber | undefined {
	const first = words[start];
	if (first === undefined) return undefined;
	if ((first === "minus" || first === "negative") && words[start + 1] !== "minus") {
		const positive = readNumber(words, start + 1);
		return positive === undefined ? undefined : { ...positive, value: -positive.value };
	}
	if (/^-\d/.test(first) && digits.test(first.slice(1))) {
		return { value: -Number(first.slice(1).replaceAll(",", "")), end: start + 1, ordinal: false };
	}
	const whole = readFraction(words, start) ?? readWhole(words, start);
	if (whole === undefined || whole.ordinal) return whole;
	return readTail(words, whole);
}

/** "half", "a quarter", "three quarters", "half a dozen" where they stand alone. */
function readFraction(words: readonly string[], start: number): ReadNumber | undefined {
	if (words[start] === "half" && words[start + 1] === "a" && words[start + 2] === "dozen") {
		return { value: 6, end: start + 3, ordinal: false };
	}
	const article = words[start] === "a" || words[start] === "one";
	const named = words[article ? start + 1 : start] ?? "";
	if (named === "half" || (article && (named === "quarter" || (named === "third" && words[start] === "a")))) {
		return { value: fractionWords.get(named) ?? 0, end: start + (article ? 2 : 1), ordinal: false };
	}
	const count = onesWords.get(words[start] ?? "");
	const plural = words[start + 1] ?? "";
	const size = plural.endsWith("s") ? fractionWords.get(plural) : undefined;
	if (count === undefined || count === 0 || size === undefined) return undefined;
	return { value: count * size, end: start + 2, ordinal: false };
}

/** What may follow a whole number: decimals, "and a half", a scale after a decimal ("1.5 million"). */
function readTail(words: readonly string[], whole: ReadNumber): ReadNumber {
	let { value, end } = whole;
	if (words[end] === "point") {
		let decimals = "";
		let at = end + 1;
		for (; at < words.length; at++) {
			const word = words[at] ?? "";
			const digit = onesWords.get(word) ?? (/^\d+$/.test(word) ? Number(word) : undefined);
			if (digit === undefined) break;
			decimals += /^\d+$/.test(word) ? word : String(digit);
		}
		if (decimals !== "") {
			value = Number(`${value}.${decimals}`);
			end = at;
		}
	}
	const scale = scaleWords.get(words[end] ?? "");
	if (scale !== undefined && !Number.isInteger(value))
		return { value: round(value * scale), end: end + 1, ordinal: false };
	if (words[end] === "and") {
		const fraction = readFraction(words, end + 1);
		if (fraction !== undefined && fraction.value < 1) {
			const after = scaleWords.get(words[fraction.end] ?? "");
			value = round((value + fraction.value) * (after ?? 1));
			end = after === undefined ? fraction.end : fraction.end + 1;
		}
	}
	return { value, end, ordinal: false };
}

/** Takes away what binary fractions add: 1.1 million is 1100000. */
function round(value: number): number {
	return Number(value.toPrecision(15));
}

/** A whole number in words or digits, "and" allowed after a hundred or a scale, ended by an ordinal. */
function readWhole(words: readonly string[], start: number): ReadNumber | undefined {
	let total = 0;
	let group = 0;
	let last: "none" | "ones" | "teens" | "tens" | "hundred" | "scale" | "digits" = "none";
	let smallestScale = Number.POSITIVE_INFINITY;
	let ordinal = false;
	let at = start;
	let end = start;
	for (; at < words.length && !ordinal; at++) {
		let word = words[at] ?? "";
		if (word === "and" && (last === "hundred" || last === "scale")) {
			word = words[++at] ?? "";
			if (!onesWords.has(cardinalOf(word) ?? word) && !tensWords.has(cardinalOf(word) ?? word)) break;
		}
		if ((word === "a" || word === "an") && last === "none") {
			const next = words[at + 1] ?? "";
			if (next === "couple") {
				return { value: 2, end: words[at + 2] === "of" ? at + 3 : at + 2, ordinal: false };
			}
			if (next !== "hundred" && next !== "dozen" && !scaleWords.has(next)) break;
			group = 1;
			last = "ones";
			continue;
		}
		const suffixed = digitOrdinal.exec(word);
		const cardinal = suffixed === null ? cardinalOf(word) : undefined;
		ordinal = suffixed !== null || cardinal !== undefined;
		const plain = suffixed?.[1] ?? cardinal ?? word;
		const one = onesWords.get(plain);
		const ten = tensWords.get(plain);
		const scale = scaleWords.get(plain);
		if (digits.test(plain) && last === "none") {
			group = Number(plain.replaceAll(",", ""));
			last = "digits";
		} else if (one !== undefined && one >= 10 && (last === "none" || last === "hundred" || last === "scale")) {
			group += one;
			last = "teens";
		} else if (one !== undefined && one < 10 && fitsOne(one, last)) {
			group += one;
			last = "ones";
		} else if (ten !== undefined && (last === "none" || last === "hundred" || last === "scale")) {
			group += ten;
			last = "tens";
		} else if (plain === "hundred" && group > 0 && group < 100 && last !== "scale") {
			group *= 100;
			last = "hundred";
		} else if (plain === "dozen" && group > 0 && last !== "scale") {
			group *= 12;
			last = "teens";
		} else if (scale !== undefined && group > 0 && scale < smallestScale) {
			total += group * scale;
			group = 0;
			smallestScale = scale;
			last = "scale";
		} else {
			ordinal = false;
			break;
		}
		end = at + 1;
	}
	if (last === "none" || end === start) return undefined;
	return { value: round(total + group), end, ordinal };
}

function fitsOne(value: number, last: string): boolean {
	if (last === "none") return true;
	return value > 0 && (last === "tens" || last === "hundred" || last === "scale");
}

/** A number as a person says it: 105 is "one hundred and five", -2.5 "minus two point five". Beyond 10^15: its digits. */
export function sayNumber(value: number): string {
	if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return String(value);
	if (value < 0) return `minus ${sayNumber(-value)}`;
	const [whole = "0", decimals] = plainDecimal(value).split(".");
	const words = wholeInWords(Number(whole));
	if (decimals === undefined) return words;
	return `${words} point ${[...decimals].map((digit) => wholeInWords(Number(digit))).join(" ")}`;
}

function plainDecimal(value: number): string {
	return Number.isInteger(value) ? String(value) : value.toFixed(12).replace(/0+$/, "").replace(/\.$/, "");
}
