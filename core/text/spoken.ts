import { withoutMarkup } from "./markdown.ts";
import { clockInWords, digitsInWords, numberInWords, ordinalInWords, yearInWords } from "./spoken-numbers.ts";
import { abbreviations, currencies, months, units } from "./spoken-units.ts";

/** Longest piece given to a synthesiser at once, in characters: longer sentences are cut at their commas. */
const longestPiece = 180;

/** Longest answer that is read out, in characters: about a minute and a half. */
const longestAnswer = 1500;

const number = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
const unitNames = Object.keys(units)
	.sort((a, b) => b.length - a.length)
	.map((unit) => unit.replaceAll("/", "\\/"))
	.join("|");

type Rule = readonly [RegExp, string | ((...parts: string[]) => string)];

const isOne = (written: string): boolean => written === "1";

function money(symbol: string, amount: string, scale: string | undefined): string {
	const [one, several, cent, cents] = currencies[symbol] ?? ["", "", "", ""];
	if (scale !== undefined && scale !== "") return `${numberInWords(amount)} ${scale} ${several}`;
	const [whole = "0", fraction] = amount.split(".");
	const main = `${numberInWords(whole)} ${isOne(whole) ? one : several}`;
	if (fraction === undefined || Number(fraction) === 0) return main;
	if (fraction.length !== 2) return `${numberInWords(amount)} ${several}`;
	const rest = `${numberInWords(String(Number(fraction)))} ${Number(fraction) === 1 ? cent : cents}`;
	return whole === "0" ? rest : `${main} and ${rest}`;
}

function date(year: string, month: string, day: string): string {
	const name = months[Number(month) - 1];
	if (name === undefined || Number(day) < 1 || Number(day) > 31) return [year, month, day].map(digitsInWords).join(" ");
	return `${name} ${ordinalInWords(String(Number(day)))}, ${yearInWords(Number(year))}`;
}

function clock(hour: string, minute: string, half: string | undefined): string {
	const said = half === undefined || half === "" ? undefined : half.replaceAll(".", "").toUpperCase();
	return clockInWords(Number(hour), Number(minute), said);
}

/** "github.com/a_b" is "github dot com slash a b". */
function address(written: string): string {
	return written
		.replaceAll(".", " dot ")
		.replaceAll(/[/\\]+/g, " slash ")
		.replaceAll("@", " at ")
		.replaceAll("-", " dash ")
		.replaceAll("_", " underscore ");
}

/** A link is said as its site, and its path when that is short. */
function link(rest: string): string {
	const [host = "", ...path] = rest
		.replace(/[?#].*$/, "")
		.replace(/\/+$/, "")
		.split("/");
	const site = host.replace(/^www\./, "").replace(/:\d+$/, "");
	return address(path.length > 0 && path.join("/").length <= 30 ? `${site}/${path.join("/")}` : site);
}

const monthNames = months.join("|");

/** In this order: what is more particular comes first. */
const rules: readonly Rule[] = [
	...abbreviations,
	[/\bhttps?:\/\/([^\s<>"')\]]*[^\s<>"')\].,;:!?])/gi, (_, rest = "") => link(rest)],
	[/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, (mail = "") => address(mail)],
	[/(?<![\w./\\])(?:~|\.{1,2})?(?:[/\\][\w.@-]+){2,}[/\\]?/g, (path = "") => address(path.replace(/^[/\\]/, ""))],
	[/\b[\w-]*[A-Za-z][\w-]*(?:\.[A-Za-z][A-Za-z0-9]{0,4}){1,3}\b(?!\.\w)/g, (file = "") => address(file)],
	[
		/\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)/g,
		(_, y = "", m = "", d = "", hour = "", minute = "") =>
			date(y, m, d) + (hour === "" ? "" : ` at ${clock(hour, minute, undefined)}`),
	],
	[
		new RegExp(String.raw`\b(${monthNames})\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?\b(?![:.]\d)`, "g"),
		(_, month = "", day = "", year = "") =>
			`${month} ${ordinalInWords(day)}${year === "" ? "" : `, ${yearInWords(Number(year))}`}`,
	],
	[
		new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\s+(${monthNames})(?:\s+(\d{4}))?\b`, "g"),
		(_, day = "", month = "", year = "") =>
			`the ${ordinalInWords(day)} of ${month}${year === "" ? "" : ` ${yearInWords(Number(year))}`}`,
	],
	[
		/\b(\d{1,2}):(\d{2}):(\d{2})\b/g,
		(_, hour = "", minute = "", second = "") =>
			`${clock(hour, minute, undefined)} and ${numberInWords(String(Number(second)))} seconds`,
	],
	[
		/\b([01]?\d|2[0-3]):([0-5]\d)(?:\s*([ap]\.?m\b\.?))?/gi,
		(_, hour = "", minute = "", half) => clock(hour, minute, half),
	],
	[/\b(1[0-2]|[1-9])\s*([ap]m)\b/gi, (_, hour = "", half = "") => clock(hour, "0", half)],
	[
		new RegExp(String.raw`([$€£¥])\s?(${number})(?:\s?(thousand|million|billion|trillion|k)\b)?`, "g"),
		(_, symbol = "", amount = "", scale) => money(symbol, amount, scale === "k" ? "thousand" : scale),
	],
	[
		new RegExp(String.raw`(${number})\s?([€£])`, "g"),
		(_, amount = "", symbol = "") => money(symbol, amount, undefined),
	],
	[
		/(?<![\w.])\+\d{1,3}(?:[ -]?\(?\d{2,8}\)?){1,5}\b|(?<![\w.])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b/g,
		(phone = "") => digitsInWords(phone.replaceAll(/\D/g, "")),
	],
	[/\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b/g, (ip = "") => ip.split(".").map(digitsInWords).join(" dot ")],
	[/\b[vV]?(\d+(?:\.\d+){2,})\b/g, (_, version = "") => version.split(".").map(numberInWords).join(" point ")],
	[/\b(\d+)(?:st|nd|rd|th)\b/g, (_, digits = "") => ordinalInWords(digits)],
	[new RegExp(String.raw`(?<=^|[\s(])[-−](?=(?:${number}))`, "g"), "minus "],
	[new RegExp(String.raw`(${number})\s?[-–—]\s?(?=\d)`, "g"), (_, from = "") => `${numberInWords(from)} to `],
	[new RegExp(String.raw`(${number})\s?%`, "g"), (_, amount = "") => `${numberInWords(amount)} percent`],
	[
		new RegExp(String.raw`(?<![\w.])(${number})\s?(${unitNames})(?![\w/²³])`, "g"),
		(_, amount = "", unit = "") => `${numberInWords(amount)} ${units[unit]?.[isOne(amount) ? 0 : 1] ?? unit}`,
	],
	[
		/\b(in|since|of|until|year|before|after|by)\s+((?:1[1-9]|20)\d{2})\b(?![.,]\d)/gi,
		(_, word = "", year = "") => `${word} ${yearInWords(Number(year))}`,
	],
	[/(?<![\w/])1\/2(?![\w/])/g, "one half"],
	[/(?<![\w/])1\/4(?![\w/])/g, "one quarter"],
	[/(?<![\w/])3\/4(?![\w/])/g, "three quarters"],
	[/(?<=\d)\s*\/\s*(?=\d)/g, " over "],
	[/(?<=\d\)?)\s*[*×]\s*(?=\(?\d)/g, " times "],
	[/(?<=\d\)?)\s*÷\s*(?=\(?\d)/g, " divided by "],
	[/(?<=\d\)?)\s*\^\s*(?=\(?\d)/g, " to the power of "],
	[/(?<=\d\)?)\s*\+\s*(?=\(?\d)/g, " plus "],
	[/\s*≈\s*/g, " about "],
	[/\s+=+>?\s+|(?<=\d)=(?=\d)/g, " equals "],
	[/\s+->\s+|\s*→\s*/g, " to "],
	[/#(?=\d)/g, "number "],
	[/(?<=\s|^)&(?=\s|$)/g, "and"],
	[/(?<=\w)_(?=\w)/g, " "],
	[new RegExp(String.raw`(?<=\p{L})(?:${number})`, "gu"), (written = "") => ` ${numberInWords(written)}`],
	[new RegExp(String.raw`(?:${number})(?=\p{L})`, "gu"), (written = "") => `${numberInWords(written)} `],
	[new RegExp(number, "g"), (written = "") => numberInWords(written)],
];

/** Symbols nobody says, and the ways to write a pause. */
function tidy(text: string): string {
	return text
		.replaceAll(/[*_#~^|<>{}[\]\\`"“”=+]+/g, " ")
		.replaceAll(/\p{Extended_Pictographic}|[\u200d\ufe0f\u20e3]/gu, " ")
		.replaceAll(/\p{N}+/gu, " ")
		.replaceAll(/\s*[—–]\s*|\s-\s/g, ", ")
		.replaceAll("…", ".")
		.replaceAll(/\.{2,}/g, ".")
		.replaceAll(/\s+([.,;:!?])/g, "$1")
		.replaceAll(/\s+/g, " ")
		.trim();
}

function spokenLine(line: string): string {
	let text = line
		.replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
		.replaceAll("½", " 1/2")
		.replaceAll("¼", " 1/4")
		.replaceAll("¾", " 3/4")
		// Letters and digits in one word are said apart: "mp3", "H264"; "3d" and "5km" are left to the units.
		.replaceAll(/(?<=\p{L}{2})(?=\d)|(?<=\b[A-Z])(?=\d)/gu, " ");
	for (const [pattern, say] of rules) {
		text =
			typeof say === "string" ? text.replaceAll(pattern, say) : text.replaceAll(pattern, (...parts) => say(...parts));
	}
	return tidy(text);
}

/**
 * English text as it is said aloud: no markup, and numbers, times, dates, money, units, addresses and file names in
 * words. "3:05 PM" is "three oh five PM", "5 km/h" "five kilometres per hour". Never throws; no digit is left.
 */
export function spoken(text: string): string {
	return withoutMarkup(text)
		.split("\n")
		.map(spokenLine)
		.filter((line) => /[\p{L}]/u.test(line))
		.map((line) => (/[.!?:;,]$/.test(line) ? line.replace(/[:;,]$/, ".") : `${line}.`))
		.join(" ");
}

/**
 * The sentences of {@link spoken} text, in pieces a synthesiser can begin on at once. A very long answer ends with a
 * hint at the page.
 */
export function spokenSentences(text: string): string[] {
	const pieces: string[] = [];
	let length = 0;
	for (const sentence of spoken(text).match(/[^.!?]+[.!?]+|[^.!?]+$/g) ?? []) {
		if (length > longestAnswer) return [...pieces, "The rest is on the page."];
		pieces.push(...cut(sentence.trim()));
		length += sentence.length;
	}
	return pieces.filter((piece) => /\p{L}/u.test(piece));
}

/** Cuts a long sentence at its commas, or else between words. */
function cut(sentence: string): string[] {
	if (sentence.length <= longestPiece) return [sentence];
	const window = sentence.slice(0, longestPiece);
	const comma = Math.max(window.lastIndexOf(", "), window.lastIndexOf("; "), window.lastIndexOf(": "));
	const at = comma > longestPiece / 3 ? comma + 1 : window.lastIndexOf(" ");
	const end = at > 0 ? at : longestPiece;
	return [sentence.slice(0, end).trim(), ...cut(sentence.slice(end).trim())];
}
