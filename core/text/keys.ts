/** Words keys and key combinations are named with, besides letters, digits, marks and F1 to F24. */
const keyWords = new Set(
	`control ctrl shift alt option altgr super windows win meta command cmd
	enter return escape esc tab space spacebar backspace delete del insert home end page pageup pagedown up down left right
	arrow arrowup arrowdown arrowleft arrowright uparrow downarrow leftarrow rightarrow
	menu pause caps lock capslock num numlock scroll scrolllock print screen printscreen bar
	minus equals plus comma period slash backslash semicolon quote backtick key keys and then`.split(/\s+/),
);

/** Whether a text names keys and nothing else, as people write or say them: "ctrl+shift+t", "control c", "page down". */
export function namesKeys(text: string): boolean {
	const words = text
		.toLowerCase()
		.split(/[\s+]+/)
		.filter((word) => word !== "");
	return words.length > 0 && words.every((word) => keyWords.has(word) || /^(?:[a-z0-9]|f\d{1,2}|[^\w\s])$/.test(word));
}
