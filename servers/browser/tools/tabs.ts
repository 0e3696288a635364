import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList } from "../../../core/text/index.ts";
import { type BrowserAdapters, cut, type Session, type Tab } from "../adapters/index.ts";
import { outside, pageSchema, report, sayPage } from "./shared.ts";

const tabId = z
	.string()
	.regex(/^t\d{1,9}$/, 'expected an id from list_tabs, as in "t2"')
	.optional()
	.describe("Its id, from list_tabs");
const tabNumber = slot("integer", z.number().int().min(-1).max(100))
	.optional()
	.describe("Its place, 1 is the first, -1 the last");

const listed = z.object({ id: z.string(), url: z.string(), title: z.string(), front: z.boolean() });

/** What is open. */
export const listTabs = defineTool({
	name: "list_tabs",
	title: "List tabs",
	description: "The open tabs, with which of them is in front.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({}),
	output: z.object({ tabs: z.array(listed), origin: outside }),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|my|all] [the] [open] [browser] tabs",
				"(what|which) [browser] (tabs|pages|web pages|websites) (are|do i have) open",
				"(what|which) [browser] tabs (are there|do i have)",
				"how many [browser] tabs (are|do i have) open",
			],
			examples: ["which web pages do i have open"],
		},
	},
	say({ tabs }) {
		if (tabs.length === 0) return "No page is open.";
		const names = tabs.slice(0, 5).map(({ title, url }) => cut(title === "" ? url : title, 60));
		return `${sayCount(tabs.length, "tab")} ${tabs.length === 1 ? "is" : "are"} open: ${sayList(names)}.`;
	},
	async run(_input, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => ({ tabs: await list(session), origin: "outside" as const }));
	},
});

/** Brings another tab to the front. */
export const switchTab = defineTool({
	name: "switch_tab",
	title: "Switch tab",
	description: "Brings another tab to the front, by its id or its place.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({ tab: tabId, number: tabNumber }),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(switch|change|go|move) to [the] [browser] tab [number] {number}",
				"(switch|change|go|move) to the {number} [browser] tab",
				"(open|show) the {number} [browser] tab",
				"(open|show|go to) [browser] tab [number] {number}",
			],
			fixed: [{ text: "(switch|change|go|move) to the last [browser] tab", values: { number: -1 } }],
			examples: ["switch to the second tab"],
			ask: { number: "Which tab?" },
		},
	},
	say: sayPage,
	async run({ tab: id, number }, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.switchTo(pick(session, id, number).id);
			return report(tab);
		});
	},
});

/** Closes a tab. */
export const closeTab = defineTool({
	name: "close_tab",
	title: "Close tab",
	description: "Closes the tab in front, or another by its id or its place.",
	effect: "write",
	harmless: true,
	outside: true,
	input: z.object({ tab: tabId, number: tabNumber }),
	output: z.object({ closed: z.string(), tabs: z.array(listed), origin: outside }),
	voice: {
		en: {
			sentences: [
				"close (the|this) [current] [browser] tab",
				"close (the|this) [web] (page|website|site)",
				"close [the|this|my] [current] tab",
				"close [the] [browser] tab [number] {number}",
				"close the {number} [browser] tab",
			],
			examples: ["close the web page"],
		},
	},
	summary: ({ tab, number }) =>
		number === undefined ? `Close ${tab === undefined ? "the tab in front" : `the tab ${tab}`}` : `Close tab ${number}`,
	say: ({ tabs }) => (tabs.length === 0 ? "Closed the last tab." : `Closed. ${sayCount(tabs.length, "tab")} left.`),
	async run({ tab: id, number }, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const front = session.front();
			const tab = id === undefined && number === undefined && front !== undefined ? front : pick(session, id, number);
			await tab.close();
			return { closed: tab.id, tabs: await list(session), origin: "outside" as const };
		});
	},
});

function pick(session: Session, id: string | undefined, number: number | undefined): Tab {
	const tabs = session.tabs();
	if (id === undefined && number === undefined) {
		throw new AiosError("bad_request", tabs.length === 0 ? "No tab is open." : "It was not said which tab.", {
			fix: "list_tabs shows which are open.",
		});
	}
	const place = number === undefined ? -1 : number < 0 ? tabs.length + number : number - 1;
	const tab = id === undefined ? tabs[place] : tabs.find((one) => one.id === id);
	if (tab !== undefined) return tab;
	throw new AiosError("not_found", `There is no such tab; ${sayCount(tabs.length, "tab")} open.`, {
		fix: "list_tabs shows which are open.",
	});
}

async function list(session: Session) {
	const front = session.front();
	return Promise.all(
		session.tabs().map(async (tab) => ({
			id: tab.id,
			url: cut(tab.page.url(), 1_000),
			title: await tab.title(),
			front: tab === front,
		})),
	);
}
