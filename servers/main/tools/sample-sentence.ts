import { z } from "zod";
import {
	type CatalogueTool,
	type JsonSchema,
	type SlotKind,
	slotKeyword,
	slotKinds,
} from "../../../core/contract/index.ts";

/** What may stand in a sentence that shows how something is said: by the field's name, else by its kind. */
const samples: Record<string, string> = {
	place: "Tokyo",
	label: "pasta",
	topic: "timers",
	list: "shopping",
	item: "milk",
	repeat: "day",
	query: "sea otters",
	code: "print(2 + 2)",
	command: "uptime",
	package: "requests",
	repository: "garden",
	owner: "octocat",
	workflow: "deploy",
	branch: "main",
	switch: "main",
	create: "spring",
	head: "spring",
	base: "main",
	tag: "1.0",
	title: "water the plants",
	message: "I am on my way",
	body: "I am on my way",
	subject: "lunch",
	about: "lunch",
	content: "buy tea",
	folder: "documents",
	keys: "control c",
	kind: "button",
	key: "enter",
	field: "search",
	window: "terminal",
	voice: "the first voice",
	account: "work",
	phone: "0170 1234567",
	text: "call mum",
};
const samplesByKind: Partial<Record<SlotKind, string>> = {
	number: "2",
	integer: "2",
	percent: "30",
	duration: "ten minutes",
	"date-time": "tomorrow at nine",
	expression: "two plus two",
	path: "notes.txt",
	folder: "documents",
	table: "sales.csv",
	url: "example.com",
	email: "anna@example.org",
	name: "Anna",
};

/** A determiner alone in brackets is said, anything else in them may be left out. */
const spokenOption = /^(?:a|an|the|my)$/;

/** Makes a sentence as it is said out of a template: "(set|start) [a] [new] timer for {duration}" with its first words. */
export function sampleSentence(template: string, { input }: CatalogueTool): string {
	let text = template;
	for (let before = ""; before !== text; ) {
		before = text;
		text = text
			.replace(/\[([^()[\]]*)\]/g, (_, inner: string) => {
				const first = inner.split("|")[0] ?? "";
				return spokenOption.test(first) ? first : "";
			})
			.replace(/\(([^()[\]|]*)(?:\|[^()[\]]*)?\)/g, "$1");
	}
	return text
		.replace(/\{(\w+)!?\}/g, (_, name: string) => sampleOf(name, input))
		.replace(/\s+/g, " ")
		.trim();
}

const fieldSchema = z.looseObject({
	enum: z.array(z.union([z.string(), z.number()])).optional(),
	[slotKeyword]: z.enum(slotKinds).optional(),
	type: z.string().optional(),
});
const inputSchema = z.looseObject({ properties: z.record(z.string(), fieldSchema).optional() });

function sampleOf(name: string, input: JsonSchema): string {
	const field = inputSchema.safeParse(input).data?.properties?.[name];
	if (samples[name] !== undefined) return samples[name];
	const kind = field?.[slotKeyword];
	const byKind = kind === undefined ? undefined : samplesByKind[kind];
	const numeric = field?.type === "integer" || field?.type === "number" ? samplesByKind.number : undefined;
	return byKind ?? (field?.enum?.[0] === undefined ? (numeric ?? "something") : String(field.enum[0]));
}
