import { wholeInWords } from "./number-words.ts";

const digitWords = "zero one two three four five six seven eight nine".split(" ");

const ordinalEndings: Record<string, string> = {
	one: "first",
	two: "second",
	three: "third",
	five: "fifth",
	eight: "eighth",
	nine: "ninth",
	twelve: "twelfth",
};

/** Digits one by one: "0170" is "zero one seven zero". */
export function digitsInWords(digits: string): string {
	return [...digits].map((digit) => digitWords[Number(digit)] ?? "").join(" ");
}

/**
 * A number written in digits as people say it: "1,234.5" is "one thousand two hundred and thirty-four point five".
 * What is longer than a quadrillion, or begins with a zero, is a code and is said digit by digit.
 */
export function numberInWords(written: string): string {
	const [whole = "", fraction] = written.replaceAll(",", "").split(".");
	const code = whole.length > 15 || (whole.length > 1 && whole.startsWith("0"));
	const head = whole === "" ? "zero" : code ? digitsInWords(whole) : wholeInWords(Number(whole));
	return fraction === undefined || fraction === "" ? head : `${head} point ${digitsInWords(fraction)}`;
}

/** "21" is "twenty-first". */
export function ordinalInWords(digits: string): string {
	const words = numberInWords(digits);
	const last = words.match(/[a-z]+$/)?.[0] ?? "";
	const ending = ordinalEndings[last] ?? (last.endsWith("y") ? `${last.slice(0, -1)}ieth` : `${last}th`);
	return words.slice(0, words.length - last.length) + ending;
}

/** A year as people say it: "twenty twenty-six", "nineteen oh five", "two thousand and seven", "eighteen hundred". */
export function yearInWords(year: number): string {
	const century = Math.floor(year / 100);
	const rest = year % 100;
	if (year < 1000 || year > 9999 || (year % 1000 < 10 && century % 10 === 0)) return wholeInWords(year);
	if (rest === 0) return `${wholeInWords(century)} hundred`;
	return `${wholeInWords(century)} ${rest < 10 ? `oh ${wholeInWords(rest)}` : wholeInWords(rest)}`;
}

/** A time of day: (3, 5) is "three oh five", (15, 0) "fifteen hundred"; with `half` ("PM") "three PM". */
export function clockInWords(hour: number, minute: number, half?: string): string {
	const hours = wholeInWords(hour);
	const minutes = minute === 0 ? "" : minute < 10 ? ` oh ${wholeInWords(minute)}` : ` ${wholeInWords(minute)}`;
	if (half !== undefined) return `${hours}${minutes} ${half}`;
	if (minutes !== "") return `${hours}${minutes}`;
	return hour === 0 ? "midnight" : hour <= 12 ? `${hours} o'clock` : `${hours} hundred`;
}
