import { numberTokens, readNumber, writeNumbers } from "./numbers.ts";

/** Spoken operators, the longer ones first, and their symbols. */
const operators: readonly (readonly [RegExp, string])[] = [
	[/\b(?:to the power of|raised to|to the power)\b/g, " ^ "],
	[/\b(?:multiplied by|times)\b/g, " * "],
	[/\b(?:divided by|over)\b/g, " / "],
	[/\b(?:plus|added to)\b/g, " + "],
	[/\bminus\b/g, " - "],
	[/\b(?:modulo|modulus|mod)\b/g, " mod "],
	[/\bsquared\b/g, " ^ 2 "],
	[/\bcubed\b/g, " ^ 3 "],
	[/\bopen(?:ing)? (?:parenthesis|paren|bracket)\b/g, " ( "],
	[/\bclos(?:e|ing) (?:parenthesis|paren|bracket)\b/g, " ) "],
	[/\b(?:per cent|percent)\b/g, "%"],
	[/(?<=\d\s*)x(?=\s*\d)|×/g, " * "],
	[/÷/g, " / "],
];

const functions: Record<string, string> = {
	"square root": "sqrt",
	"cube root": "cbrt",
	"natural logarithm": "log",
	logarithm: "log10",
	"absolute value": "abs",
	sine: "sin",
	cosine: "cos",
	tangent: "tan",
};

/** Units by their spoken singular, as mathjs names them. */
const units: Record<string, string> = {
	...Object.fromEntries(
		"inch mile yard meter centimeter millimeter kilometer gram kilogram milligram ounce stone liter milliliter pint quart gallon cup teaspoon tablespoon second minute hour day week month year celsius fahrenheit kelvin acre hectare byte kilobyte megabyte gigabyte terabyte bit joule watt calorie knot"
			.split(" ")
			.map((unit) => [unit, unit]),
	),
	foot: "foot",
	feet: "foot",
	inches: "inch",
	metre: "meter",
	centimetre: "centimeter",
	millimetre: "millimeter",
	kilometre: "kilometer",
	litre: "liter",
	millilitre: "milliliter",
	pound: "lbm",
	kilo: "kilogram",
	calorie: "4.184 joule",
	knot: "nauticalmile/hour",
	km: "km",
	cm: "cm",
	mm: "mm",
	kg: "kg",
	lb: "lbm",
	oz: "ounce",
	ml: "ml",
	mph: "mile/hour",
};

function unitOf(words: string): string | undefined {
	const [first = "", per, second] = words.replace(/^(?:degrees?|square) /, "").split(/\s+(per)\s+/);
	const one = singular(first);
	if (one === undefined || per === undefined)
		return words.startsWith("square ") && one !== undefined ? `${one}^2` : one;
	const other = singular(second ?? "");
	return other === undefined ? undefined : `${one}/${other}`;
}

function singular(word: string): string | undefined {
	for (const form of [word, word.replace(/s$/, ""), word.replace(/es$/, "")]) {
		if (Object.hasOwn(units, form)) return units[form];
	}
	return undefined;
}

/** "5 miles", "a foot", "one hundred degrees fahrenheit". */
function quantity(text: string): string | undefined {
	const words = numberTokens(text);
	const number = readNumber(words, 0) ?? (/^(?:an?|the)$/.test(words[0] ?? "") ? { value: 1, end: 1 } : undefined);
	const unit = unitOf(words.slice(number?.end ?? 0).join(" "));
	return unit === undefined ? undefined : `${number?.value ?? 1} ${unit}`;
}

/** "5 miles in kilometers", "inches are in a foot". */
function conversion(text: string): string | undefined {
	const contained = /^(\S+(?: per \S+)?) (?:are |is )?(?:there )?in (an? .+|one .+|\d.*|\S+ .+)$/.exec(text);
	const into = contained === null ? undefined : unitOf(contained[1] ?? "");
	const from = contained === null ? undefined : quantity(contained[2] ?? "");
	if (into !== undefined && from !== undefined) return `${from} to ${into}`;
	const direct = /^(.+?) (?:in|to|into|as) (.+)$/.exec(text);
	if (direct === null) return undefined;
	const amount = quantity(direct[1] ?? "");
	const unit = unitOf((direct[2] ?? "").trim());
	return amount === undefined || unit === undefined ? undefined : `${amount} to ${unit}`;
}

/** What is no number, no part of one and no unit's article is no arithmetic: most of what is said is known by that. */
const someNumber =
	/\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero|oh|half|third|quarter|pi|hundred|thousand|million|dozen|\w+(?:teen|ty|th|ion))/;

/** Arithmetic whose verb comes first, or that says what is taken off: with the operator between its values. */
const verbsFirst: readonly (readonly [RegExp, string])[] = [
	[
		/^(?:split|divide) (.+?) (?:by|among|between|into|in) (.+?)(?: (?:people|persons|parts|ways))?$/,
		"($1) divided by ($2)",
	],
	[/^multiply (.+?) (?:by|with) (.+)$/, "($1) times ($2)"],
	[/^(?:add|sum) (.+?) (?:and|to|plus) (.+)$/, "($1) plus ($2)"],
	[/^(?:subtract|take) (.+?) (?:away )?from (.+)$/, "($2) minus ($1)"],
	[/^(?:double|twice) (.+)$/, "2 times ($1)"],
	[/^(.+?)(?: ?%| per ?cent) (?:off|less than|discount on)(?: of)? (.+)$/, "($2) times (1 minus ($1) / 100)"],
	[/^(?:a )?(.+?)(?: ?%| per ?cent) (?:tip )?on (.+)$/, "$1 percent of $2"],
];

const startsOrTakesOff =
	/^(?:split|divide|multiply|add|sum|subtract|take|double|twice)\b|(?:%|per ?cent)(?: tip)? (?:off|less|discount|on)\b/;

function inOrder(said: string): string {
	if (!startsOrTakesOff.test(said)) return said;
	const found = verbsFirst.find(([pattern]) => pattern.test(said));
	return found === undefined ? said : said.replace(found[0], found[1]).replace(/\((\d+(?:\.\d+)?|\w+)\)/g, "$1");
}

const symbolic = /^(?:\d+(?:\.\d+)?|[-+*/^()!%]|mod|of|pi|e|sqrt|cbrt|log10|log|abs|sin|cos|tan)+$/;

/**
 * Arithmetic as said, in symbols that mathjs reads: "three times four plus five" is "3 * 4 + 5", "20 percent of 80"
 * "(20 / 100) * 80", "the square root of 42" "sqrt(42)", "5 miles in kilometers" "5 mile to kilometer". Undefined
 * where the text isn't wholly arithmetic, or computes nothing.
 */
export function parseExpression(text: string): string | undefined {
	const said = text
		.toLowerCase()
		.trim()
		.replace(/[?.!,]+$/, "")
		.replace(/^the /, "");
	if (!someNumber.test(said)) return undefined;
	const converted = conversion(said);
	if (converted !== undefined) return converted;
	let symbols = inOrder(said)
		.replace(/(\d),(?=\d{3})/g, "$1")
		.replace(/([-+*/^()%])/g, (sign) => (sign === "%" ? "%" : ` ${sign} `));
	for (const [words, name] of Object.entries(functions)) {
		symbols = symbols.replace(new RegExp(`\\b(?:the )?${words}(?: of)?\\b`, "g"), ` ${name} `);
	}
	for (const [pattern, symbol] of operators) symbols = symbols.replace(pattern, symbol);
	const written = writeNumbers(symbols.replace(/%/g, " % "))
		.replace(/(\d) ?%/g, "$1 %")
		.replace(/\bfactorial\b/g, "!");
	const tokens = written.split(/\s+/).filter((token) => token !== "");
	if (tokens.length < 2 || !tokens.every((token) => symbolic.test(token))) return undefined;
	const joined = tokens
		.join(" ")
		.replace(/(\d+(?:\.\d+)?) % of /g, "($1 / 100) * ")
		.replace(/(\d+(?:\.\d+)?) %/g, "($1 / 100)")
		.replace(/(?<![\d.])(0\.\d+) of /g, "$1 * ")
		.replace(/\b(sqrt|cbrt|log10|log|abs|sin|cos|tan) (-? ?\d+(?:\.\d+)?|pi|e)/g, "$1($2)")
		.replace(/ !/g, "!")
		.replace(/\( /g, "(")
		.replace(/ \)/g, ")");
	return /\bof\b/.test(joined) || !/\d|pi/.test(joined) || /^-? ?[\d.]+$/.test(joined) || !balanced(joined)
		? undefined
		: joined;
}

/** Operators stand between values, and parentheses close. */
function balanced(expression: string): boolean {
	let depth = 0;
	for (const letter of expression) {
		if (letter === "(") depth += 1;
		if (letter === ")" && --depth < 0) return false;
	}
	return depth === 0 && !/[-+*/^(]\s*$|^\s*[*/^)]|\d\s+\d/.test(expression);
}
