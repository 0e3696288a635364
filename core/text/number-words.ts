const ones =
	"zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
		" ",
	);
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** The names of powers of a thousand, short scale. */
export const scales: readonly (readonly [string, number])[] = [
	["thousand", 1e3],
	["million", 1e6],
	["billion", 1e9],
	["trillion", 1e12],
];

const irregularOrdinals: Record<string, string> = {
	first: "one",
	second: "two",
	third: "three",
	fifth: "five",
	eighth: "eight",
	ninth: "nine",
	twelfth: "twelve",
};

export const onesWords: ReadonlyMap<string, number> = new Map([
	...ones.map((word, value) => [word, value] as const),
	["oh", 0],
	["nought", 0],
]);
export const tensWords: ReadonlyMap<string, number> = new Map(tens.map((word, index) => [word, (index + 2) * 10]));
export const scaleWords: ReadonlyMap<string, number> = new Map(scales);

/** Fractions said after "and": "two and a half", "three and three quarters". */
export const fractionWords: ReadonlyMap<string, number> = new Map([
	["half", 1 / 2],
	["halves", 1 / 2],
	["quarter", 1 / 4],
	["quarters", 1 / 4],
	["third", 1 / 3],
	["thirds", 1 / 3],
]);

/** The cardinal of an ordinal word ("twentieth" is "twenty"), or undefined. */
export function cardinalOf(word: string): string | undefined {
	if (Object.hasOwn(irregularOrdinals, word)) return irregularOrdinals[word];
	if (word.endsWith("ieth")) return `${word.slice(0, -4)}y`;
	const stem = word.endsWith("th") ? word.slice(0, -2) : undefined;
	const known =
		stem !== undefined && (onesWords.has(stem) || scaleWords.has(stem) || stem === "hundred" || stem === "dozen");
	return known ? stem : undefined;
}

/** A whole number in words, up to 10^15: 105 is "one hundred and five". */
export function wholeInWords(value: number): string {
	if (value < 20) return ones[value] ?? "";
	if (value < 100) {
		const rest = value % 10;
		return `${tens[Math.floor(value / 10) - 2]}${rest === 0 ? "" : `-${ones[rest]}`}`;
	}
	if (value < 1000) {
		const rest = value % 100;
		return `${ones[Math.floor(value / 100)]} hundred${rest === 0 ? "" : ` and ${wholeInWords(rest)}`}`;
	}
	const [name, size] = scales.findLast(([, least]) => value >= least) ?? ["thousand", 1e3];
	const rest = value % size;
	const head = `${wholeInWords(Math.floor(value / size))} ${name}`;
	if (rest === 0) return head;
	return `${head}${rest < 100 ? " and" : ""} ${wholeInWords(rest)}`;
}
