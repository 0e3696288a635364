import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../../../core/contract/index.ts";
import {
	createAssistant,
	createConfirmations,
	createConversations,
	createPolicy,
	type StoredConfirmation,
} from "../../../core/orchestrator/index.ts";
import { permit } from "../../../core/surface/index.ts";
import { admin } from "../../fixtures/people.ts";
import { type Home, home } from "./setup.ts";

let it: Home;
let say: (text: string) => Promise<string>;

beforeAll(async () => {
	it = await home();
	const kept = new Map<string, StoredConfirmation>();
	const confirmations = {
		add: (row: StoredConfirmation) => void kept.set(row.id, row),
		byId: (id: string) => kept.get(id),
		use(id: string, at: number) {
			const row = kept.get(id);
			if (row === undefined || row.usedAt !== null) return false;
			kept.set(id, { ...row, usedAt: at });
			return true;
		},
	};
	const assistant = createAssistant({
		dispatcher: {
			async call({ tool, arguments: input, resolve }) {
				if (resolve === true) return { server: "main", tool, output: input, say: "", attachments: [] };
				const { output, say: reply } = await it.call(tool, input);
				return { server: "main", tool, output, say: reply, attachments: [] };
			},
		},
		catalogue: () => it.catalogue,
		onChange: () => {},
		understander: it.understander,
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({ store: confirmations, clock: it.clock, lifetimeMs: 120_000 }),
		recorder: { record: async () => {} },
		conversations: createConversations(it.clock),
		summarise: async ({ title }) => title,
		clock: it.clock,
		log: silentLogger,
	});
	say = async (text) => {
		const signal = new AbortController().signal;
		return (await assistant.command({ text }, { user: admin, session: "s", source: "text", signal })).reply;
	};
});
afterAll(() => it.close());

/** What the person says, and what is answered, turn by turn. */
const dialogues: Record<string, readonly (readonly [person: string, assistant: string])[]> = {
	"a question is answered": [
		["set a timer", "For how long?"],
		["ten minutes please", "Timer set for 10 minutes."],
		["cancel that", "I cancelled your 10 minute timer."],
	],
	"minds change in the middle of a question": [
		["remind me to call Ben", "When?"],
		["actually, what time is it", "It's five past three."],
		["set an alarm", "For when?"],
		["actually, never mind", "Okay, I won't."],
		["stop", "There is nothing to stop."],
		["yes", "Nothing is waiting for a yes."],
	],
	"of two timers one is chosen": [
		["set a pizza timer for twelve minutes", "Pizza timer set for 12 minutes."],
		["set a tea timer for five, no, four minutes", "Tea timer set for 4 minutes."],
		["cancel the timer", "You have 2 timers: tea timer and pizza timer. Which one?"],
		["the pizza one", "I cancelled your pizza timer."],
		["cancel all timers", "I cancelled your tea timer."],
	],
	"of two timers the second that was named is chosen": [
		["set a pizza timer for twelve minutes", "Pizza timer set for 12 minutes."],
		["set a tea timer for four minutes", "Tea timer set for 4 minutes."],
		["cancel the timer", "You have 2 timers: tea timer and pizza timer. Which one?"],
		["the second one please", "I cancelled your pizza timer."],
		["cancel all timers", "I cancelled your tea timer."],
	],
	"a thread is followed": [
		["add milk and eggs to the shopping list", "I added milk and eggs to your shopping list."],
		["and butter", "I added butter to your shopping list."],
		["what's left", "On your shopping list: milk, eggs and butter."],
	],
	"a list is cleared after a yes, and after no no": [
		["clear my shopping list", "Clear list. Shall I?"],
		["no, don't", "Okay, I won't."],
		["clear my shopping list", "Clear list. Shall I?"],
		["yes please do it", "I took 3 things off your shopping list."],
	],
	"a timer is set anew in place of the one before": [
		["set a tea timer for five minutes", "Tea timer set for 5 minutes."],
		["make that eight", "Tea timer set for 8 minutes."],
		["no, make it ten minutes", "Tea timer set for 10 minutes."],
		["cancel all timers", "I cancelled your tea timer."],
	],
	"sums go on": [
		["what's 15 percent of 80", "It's 12."],
		["and 20 percent of 80", "It's 16."],
	],
};

describe("a person's dialogues", () => {
	test.each(Object.entries(dialogues))("%s", async (_name, turns) => {
		for (const [person, assistant] of turns) expect(`${person}: ${await say(person)}`).toBe(`${person}: ${assistant}`);
	});
});
