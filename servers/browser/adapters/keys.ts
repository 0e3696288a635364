import type { KeyInput, Page } from "puppeteer-core";
import { AiosError } from "../../../core/contract/index.ts";

/** Keys by the names people and programs give them, in lower case without spaces. */
const named: ReadonlyMap<string, KeyInput> = new Map<string, KeyInput>([
	["enter", "Enter"],
	["return", "Enter"],
	["tab", "Tab"],
	["escape", "Escape"],
	["esc", "Escape"],
	["space", "Space"],
	["spacebar", "Space"],
	["backspace", "Backspace"],
	["delete", "Delete"],
	["insert", "Insert"],
	["home", "Home"],
	["end", "End"],
	["pageup", "PageUp"],
	["pagedown", "PageDown"],
	["up", "ArrowUp"],
	["arrowup", "ArrowUp"],
	["uparrow", "ArrowUp"],
	["down", "ArrowDown"],
	["arrowdown", "ArrowDown"],
	["downarrow", "ArrowDown"],
	["left", "ArrowLeft"],
	["arrowleft", "ArrowLeft"],
	["leftarrow", "ArrowLeft"],
	["right", "ArrowRight"],
	["arrowright", "ArrowRight"],
	["rightarrow", "ArrowRight"],
	["control", "Control"],
	["ctrl", "Control"],
	["shift", "Shift"],
	["alt", "Alt"],
	["option", "Alt"],
	["meta", "Meta"],
	["command", "Meta"],
	["cmd", "Meta"],
	["windows", "Meta"],
]);

const characters: readonly KeyInput[] = [
	..."abcdefghijklmnopqrstuvwxyz",
	..."0123456789",
	..."-=[]\\;',./`",
] as readonly string[] as readonly KeyInput[];
const functionKeys: readonly KeyInput[] = ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"];

/** Presses one key, or several at once ("Control+A", "shift tab"), the last one released first. Throws `bad_request`. */
export async function pressKeys(page: Page, text: string): Promise<string[]> {
	const keys = parse(text);
	for (const key of keys) await page.keyboard.down(key);
	for (const key of keys.toReversed()) await page.keyboard.up(key);
	return keys;
}

function parse(text: string): KeyInput[] {
	const whole = keyOf(text);
	if (whole !== undefined) return [whole];
	return text
		.trim()
		.split(/\s*\+\s*|\s+/)
		.map((part) => {
			const key = keyOf(part);
			if (key !== undefined) return key;
			throw new AiosError("bad_request", `There is no key "${part.slice(0, 40)}".`, {
				fix: 'Give a key as in "Enter", "PageDown" or "Control+A".',
			});
		});
}

function keyOf(text: string): KeyInput | undefined {
	const plain = text
		.trim()
		.toLowerCase()
		.replace(/[\s_-]+(?=.)/g, "");
	const character = characters.find((key) => key === plain);
	return named.get(plain) ?? character ?? functionKeys.find((key) => key.toLowerCase() === plain);
}
