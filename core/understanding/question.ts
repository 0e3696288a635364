import type { CatalogueTool, SlotKind } from "../contract/index.ts";
import { sayList } from "../text/index.ts";
import type { Slot } from "./slots.ts";

const byKind: Partial<Record<SlotKind, string>> = {
	duration: "For how long?",
	"date-time": "When?",
	url: "Which address?",
	email: "Which email address?",
	path: "Which file or folder?",
	folder: "Which folder?",
	table: "Which file?",
	command: "Which command?",
	keys: "Which keys?",
	expression: "What should I calculate?",
};

/** Most values named in a question; more are too many to listen to. */
const mostNamed = 5;

/** What to ask for a value that is missing: the tool's own question, else one made from the field. */
export function questionFor(tool: CatalogueTool, slot: Slot): string {
	const own = tool.voice?.en.ask?.[slot.name];
	if (own !== undefined) return own;
	const name = slot.name.replaceAll("_", " ");
	if (slot.values.length > 0 && slot.values.length <= mostNamed) {
		return `Which ${name}: ${sayList(slot.values.map(String), "or")}?`;
	}
	return byKind[slot.kind] ?? `What is the ${name}?`;
}
