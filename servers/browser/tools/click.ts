import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { type BrowserAdapters, findElement } from "../adapters/index.ts";
import { pageSchema, refField, reportAfter, sayPage } from "./shared.ts";

const clickable = [
	"link",
	"button",
	"checkbox",
	"radio",
	"switch",
	"tab",
	"menuitem",
	"menuitemcheckbox",
	"menuitemradio",
	"option",
	"treeitem",
	"combobox",
	"DisclosureTriangle",
	"textbox",
	"searchbox",
];

const kinds = ["link", "button", "checkbox", "radio", "tab", "option"] as const;

/** Clicks an element. */
export const click = defineTool({
	name: "click",
	title: "Click",
	description:
		"Clicks an element of the page in front: by its reference from snapshot, or by its name and kind, or its number among its kind.",
	effect: "write",
	outside: true,
	input: z.object({
		ref: refField,
		name: slot("name", z.string().trim().min(1).max(300)).optional().describe("Its text or label, as people say it"),
		kind: slot("choice", z.enum(kinds)).optional(),
		number: slot("integer", z.number().int().min(-1).max(1_000)).optional().describe("1 is the first, -1 the last"),
		double: z.boolean().default(false),
	}),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(click|press|push|tap) [on] [the] {name} {kind}",
				"(click|tap) [on] [the] {kind} {name}",
				"(click|press|push|tap) [on] the {number} {kind}",
				"(click|press|push|tap) [on] {kind} [number] {number}",
				"(click|tap) [on] {name}",
			],
			examples: ["click the submit button", "press the sign in button on the page"],
		},
	},
	summary: ({ ref, name, kind, number }) =>
		`Click ${[number === undefined ? undefined : `number ${number}`, name, kind, ref].filter(Boolean).join(" ")} on the page`,
	say: (page) => `Clicked. ${sayPage(page)}`,
	async run({ ref, name, kind, number, double }, { use }: BrowserAdapters, { user, signal }) {
		requireTarget(ref ?? name ?? number ?? kind);
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const { handle } = await findElement(tab, {
				ref,
				name,
				nth: number,
				roles: kind === undefined ? clickable : [kind],
			});
			await tab.act(() => handle.click({ count: double ? 2 : 1 }), signal);
			return reportAfter(session, tab);
		});
	},
});

/** Follows a link by opening where it leads, which changes nothing on any site. */
export const followLink = defineTool({
	name: "follow_link",
	title: "Follow link",
	description: "Opens where a link of the page in front leads: by its reference, its name, or its number.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		ref: refField,
		name: slot("name", z.string().trim().min(1).max(300)).optional().describe("Its text, as people say it"),
		number: slot("integer", z.number().int().min(-1).max(1_000)).optional().describe("1 is the first, -1 the last"),
	}),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(click|open|follow|tap|press) [on] the {number} link",
				"(click|open|follow|tap|press) [on] link [number] {number}",
				"(click|open|follow|tap) [on] the {name} link",
				"(click|open|follow|tap) [on] [the] link [to|called|named] {name}",
			],
			fixed: [{ text: "(click|open|follow|tap|press) [on] the last link", values: { number: -1 } }],
			examples: ["follow the link about prices"],
		},
	},
	timeoutMs: 40_000,
	say: sayPage,
	async run({ ref, name, number }, { use, sites }: BrowserAdapters, { user, signal }) {
		requireTarget(ref ?? name ?? number);
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const { handle } = await findElement(tab, { ref, name, nth: number, roles: ["link"] });
			const href: unknown = await handle.evaluate((element) => {
				const link = element.closest("a[href], area[href]");
				return link === null ? undefined : String(Reflect.get(link, "href"));
			});
			if (typeof href !== "string") {
				throw new AiosError("bad_request", "That link leads nowhere by itself.", { fix: "Click it instead." });
			}
			const target = sites.open(href);
			await tab.go(target.href, signal);
			return reportAfter(session, tab);
		});
	},
});

export function requireTarget(given: unknown): void {
	if (given === undefined) {
		throw new AiosError("bad_request", "It was not said which element.", {
			fix: "Give its reference from snapshot, its name or its number.",
			spoken: "Which one?",
		});
	}
}
