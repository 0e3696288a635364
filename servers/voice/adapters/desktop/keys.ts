import { AiosError } from "../../../../core/contract/index.ts";

const modifiers: Record<string, string> = {
	ctrl: "LeftControl",
	control: "LeftControl",
	shift: "LeftShift",
	alt: "LeftAlt",
	option: "LeftAlt",
	altgr: "RightAlt",
	super: "LeftSuper",
	windows: "LeftSuper",
	win: "LeftSuper",
	meta: "LeftSuper",
	cmd: "LeftCmd",
	command: "LeftCmd",
};

/** Names of keys people use, and nut-js's. Letters, digits and F1 to F24 are read by rule. */
const named: Record<string, string> = {
	enter: "Return",
	return: "Return",
	escape: "Escape",
	esc: "Escape",
	tab: "Tab",
	space: "Space",
	spacebar: "Space",
	backspace: "Backspace",
	delete: "Delete",
	del: "Delete",
	insert: "Insert",
	home: "Home",
	end: "End",
	pageup: "PageUp",
	pagedown: "PageDown",
	up: "Up",
	down: "Down",
	left: "Left",
	right: "Right",
	arrowup: "Up",
	arrowdown: "Down",
	arrowleft: "Left",
	arrowright: "Right",
	uparrow: "Up",
	downarrow: "Down",
	leftarrow: "Left",
	rightarrow: "Right",
	menu: "Menu",
	pause: "Pause",
	capslock: "CapsLock",
	numlock: "NumLock",
	scrolllock: "ScrollLock",
	print: "Print",
	printscreen: "Print",
	minus: "Minus",
	"-": "Minus",
	equals: "Equal",
	"=": "Equal",
	plus: "Add",
	comma: "Comma",
	",": "Comma",
	period: "Period",
	".": "Period",
	slash: "Slash",
	"/": "Slash",
	backslash: "Backslash",
	"\\": "Backslash",
	semicolon: "Semicolon",
	";": "Semicolon",
	quote: "Quote",
	"'": "Quote",
	backtick: "Grave",
	"`": "Grave",
	"[": "LeftBracket",
	"]": "RightBracket",
};

/** Most chords in one call. */
const mostChords = 50;

/**
 * Reads keys as people write or say them into chords of nut-js's names: "ctrl+shift+t", "control c", "page down",
 * "ctrl+a ctrl+c", "enter". A chord ends with its first key that is no modifier. Throws `bad_request`.
 */
export function readKeys(text: string): string[][] {
	const words = text
		.toLowerCase()
		.split(/[\s+]+/)
		.map((word) => word.replace(/(?<=.),$/, ""))
		.filter((word) => word !== "" && word !== "key" && word !== "and" && word !== "then");
	const chords: string[][] = [];
	let held: string[] = [];
	for (let at = 0; at < words.length; at++) {
		const word = words[at] ?? "";
		const modifier = own(modifiers, word);
		if (modifier !== undefined) {
			held.push(modifier);
			continue;
		}
		const pair = own(named, `${word}${words[at + 1] ?? ""}`);
		const key = pair !== undefined && words[at + 1] !== undefined ? pair : keyOf(word);
		if (key === pair) at += 1;
		if (key === undefined) {
			throw new AiosError("bad_request", `There is no key called "${word}".`, {
				fix: 'Name keys as in "ctrl+c", "page down" or "enter"; type_text types text.',
			});
		}
		chords.push([...held, key]);
		held = [];
	}
	if (held.length > 0) chords.push(held);
	if (chords.length === 0) throw new AiosError("bad_request", "No key was named.");
	if (chords.length > mostChords)
		throw new AiosError("bad_request", `At most ${mostChords} keys can be pressed at once.`);
	return chords;
}

function keyOf(word: string): string | undefined {
	if (/^[a-z]$/.test(word)) return word.toUpperCase();
	if (/^[0-9]$/.test(word)) return `Num${word}`;
	if (/^f([1-9]|1[0-9]|2[0-4])$/.test(word)) return word.toUpperCase();
	return own(named, word);
}

function own(table: Record<string, string>, key: string): string | undefined {
	return Object.hasOwn(table, key) ? table[key] : undefined;
}
