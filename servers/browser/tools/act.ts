import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { type BrowserAdapters, evaluate, findElement, optionsOf, pressKeys } from "../adapters/index.ts";
import { requireTarget } from "./click.ts";
import { pageSchema, refField, report, reportAfter, sayPage } from "./shared.ts";

/** Presses a key or several at once. */
export const pressKey = defineTool({
	name: "press_key",
	title: "Press key on page",
	description: 'Presses a key in the page in front, or several at once: "Enter", "PageDown", "Control+A".',
	effect: "write",
	outside: true,
	input: z.object({ key: slot("keys", z.string().trim().min(1).max(60)) }),
	output: z.object({ ...pageSchema.shape, keys: z.array(z.string()) }),
	voice: {
		en: {
			sentences: ["(press|hit|push) [the] {key} [key|button] (on|in) (the|this) [web] (page|site|website|browser)"],
			examples: ["press enter on the page"],
			ask: { key: "Which key?" },
		},
	},
	say: ({ keys }) => `Pressed ${keys.join(" ")}.`,
	async run({ key }, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const keys = await tab.act(() => pressKeys(tab.page, key), signal);
			return { ...(await reportAfter(session, tab)), keys };
		});
	},
});

/** Chooses options of a list. */
export const selectOption = defineTool({
	name: "select_option",
	title: "Choose option",
	description: "Chooses one or more options of a list on the page in front, by label or value.",
	effect: "write",
	outside: true,
	input: z.object({
		option: slot("text", z.array(z.string().min(1).max(300)).min(1).max(50)).describe("Labels or values"),
		ref: refField,
		field: slot("name", z.string().trim().min(1).max(200)).optional().describe("Label of the list"),
	}),
	output: z.object({ ...pageSchema.shape, chosen: z.array(z.string()) }),
	voice: {
		en: {
			sentences: [
				"(select|choose|pick) {option} (in|from) the {field} (list|menu|field|dropdown|drop down|box)",
				"(select|choose|pick) {option} (as|for) (the|my) {field}",
				"(select|choose|pick) {option} as [the] {field} (on|in) (the|this) [web] (page|form|site)",
			],
			examples: ["choose germany from the country list"],
			ask: { option: "Which option?" },
		},
	},
	summary: ({ option, field }) => `Choose ${option.join(", ")}${field === undefined ? "" : ` as ${field}`} on the page`,
	say: ({ chosen }) => `Chose ${sayList(chosen)}.`,
	async run({ option, ref, field }, { use }: BrowserAdapters, { user, signal }) {
		requireTarget(ref ?? field);
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const { handle } = await findElement(tab, { ref, name: field, roles: ["combobox", "listbox"] });
			const chosen = await tab.act(() => optionsOf(handle, option), signal);
			return { ...(await reportAfter(session, tab)), chosen };
		});
	},
});

/** Scrolls the page. */
export const scroll = defineTool({
	name: "scroll",
	title: "Scroll",
	description: "Scrolls the page in front by screens, or to its top or bottom.",
	effect: "read",
	outside: true,
	idempotent: false,
	role: "user",
	input: z.object({
		direction: slot("choice", z.enum(["down", "up", "top", "bottom"])).default("down"),
		screens: z.number().min(0.1).max(100).default(0.8).describe("How many screens, for up and down"),
	}),
	output: z.object({
		...pageSchema.shape,
		position_percent: z.number().describe("0 at the top, 100 at the bottom"),
	}),
	voice: {
		en: {
			sentences: [
				"scroll [a bit|a little] {direction} [a bit|a little|more|further] [(the|this) [web] (page|site|website)]",
				"scroll [(the|this) [web] (page|site|website)] {direction}",
				"scroll [(the|this) (page|site)] to the {direction} [of (the|this) [web] (page|site|website)]",
			],
			fixed: [
				{ text: "(page|scroll) down [a bit|some more|further|more]", values: { direction: "down" } },
				{ text: "(page|scroll) up [a bit|some more|further|more]", values: { direction: "up" } },
				{
					text: "go to the (top|beginning|start) of (the|this) [web] (page|site|website)",
					values: { direction: "top" },
				},
				{ text: "go to the (bottom|end) of (the|this) [web] (page|site|website)", values: { direction: "bottom" } },
			],
			examples: ["scroll to the end of the page"],
		},
	},
	say: ({ position_percent: at }) =>
		at <= 0 ? "At the top of the page." : at >= 100 ? "At the bottom of the page." : "Scrolled.",
	async run({ direction, screens }, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const place = { top: "0", bottom: "root.scrollHeight", down: "", up: "" }[direction];
			const by = direction === "up" ? -screens : screens;
			const target = place === "" ? `scrollY + innerHeight * ${by}` : place;
			const found = await tab.act(
				() =>
					evaluate(
						tab.cdp,
						`(() => {
							const root = document.scrollingElement ?? document.documentElement;
							root.scrollTo({ top: ${target}, behavior: "instant" });
							const room = root.scrollHeight - innerHeight;
							return room <= 1 ? 100 : Math.round(root.scrollTop / room * 100);
						})()`,
					),
				signal,
			);
			return { ...(await report(tab)), position_percent: z.number().catch(0).parse(found) };
		});
	},
});

/** Goes back to the page before. */
export const goBack = defineTool({
	name: "go_back",
	title: "Go back",
	description: "Goes back to the page before in the tab in front.",
	effect: "read",
	outside: true,
	idempotent: false,
	role: "user",
	input: z.object({}),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"go back [one page|a page|to the (previous|last) [web] page] [in the browser]",
				"(previous|last) [web] page",
				"[go] back to the (previous|last) [web] (page|site|website)",
			],
			examples: ["return to the page before"],
		},
	},
	timeoutMs: 40_000,
	say: (page) => `Back. ${sayPage(page)}`,
	async run(_input, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			await tab.back(signal);
			return report(tab);
		});
	},
});
