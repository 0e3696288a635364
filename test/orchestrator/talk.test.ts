import { beforeAll, beforeEach, expect, test } from "vitest";
import { type CatalogueTool, silentLogger, systemClock, type ToolCall } from "../../core/contract/index.ts";
import {
	createAssistant,
	createConfirmations,
	createConversations,
	createPolicy,
	type StoredConfirmation,
} from "../../core/orchestrator/index.ts";
import { permit } from "../../core/surface/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { admin } from "../fixtures/people.ts";
import { wholeCatalogue } from "../understanding/catalogue.ts";

/** What tools answer here; those that aren't named are done at once. */
const answers: Record<string, { output: Record<string, unknown>; say: string }> = {
	run_tests: { output: { id: "w1", status: "running" }, say: "The tests are still running; I'll tell you." },
	work_status: { output: { id: "w1", status: "running" }, say: "The tests are still running." },
	stop_work: { output: { id: "w1", status: "failed" }, say: "Stopped." },
	execute_command: { output: { id: "c1", status: "running" }, say: "ping is running." },
	read_output: { output: { id: "c1", status: "running" }, say: "ping is running." },
};

let catalogue: CatalogueTool[];
const understander = createUnderstander();
let calls: string[];
let say: (text: string) => Promise<string>;

beforeAll(async () => {
	catalogue = await wholeCatalogue();
	understander.load(catalogue);
});

beforeEach(() => {
	calls = [];
	const kept = new Map<string, StoredConfirmation>();
	const assistant = createAssistant({
		dispatcher: {
			async call({ server = "", tool, arguments: input, resolve }: ToolCall) {
				if (resolve === true) return { server, tool, output: input, say: "", attachments: [] };
				calls.push(`${tool} ${JSON.stringify(input)}`);
				return { server, tool, output: {}, say: `Did ${tool}.`, ...answers[tool], attachments: [] };
			},
		},
		catalogue: () => catalogue,
		onChange: () => {},
		understander,
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({
			store: {
				add: (row) => void kept.set(row.id, row),
				byId: (id) => kept.get(id),
				use(id, at) {
					const row = kept.get(id);
					if (row === undefined || row.usedAt !== null) return false;
					kept.set(id, { ...row, usedAt: at });
					return true;
				},
			},
			clock: systemClock,
			lifetimeMs: 120_000,
		}),
		recorder: { record: async () => {} },
		conversations: createConversations(systemClock),
		summarise: async ({ title }) => title,
		clock: systemClock,
		log: silentLogger,
	});
	say = async (text) => {
		const { signal } = new AbortController();
		const options = { user: admin, session: "s", source: "text", signal } as const;
		const { status, reply } = await assistant.command({ text }, options);
		return `${status}: ${reply}`;
	};
});

/** What the person says and what is answered, turn by turn, and the tools that were run in all. */
const dialogues: Record<string, { turns: [person: string, assistant: string][]; run?: string[] }> = {
	"politeness is answered, and runs nothing": {
		turns: [
			["thank you", "done: You're welcome."],
			["Okay, thanks a lot!", "done: You're welcome."],
			["good morning", "done: Hello. What can I do for you?"],
			["never mind", "unknown: Okay."],
			["stop", "unknown: There is nothing to stop."],
			["yes", "unknown: Nothing is waiting for a yes."],
		],
	},
	"push means the repository last spoken of": {
		turns: [
			["what has changed in garden", "done: Did git_status."],
			["push", "confirm: Git command. Shall I?"],
			["yes", "done: Did git_command."],
		],
		run: ['git_status {"repository":"garden"}', 'git_command {"repository":"garden","arguments":["push"]}'],
	},
	"an issue is asked for in the repository last spoken of, and the other repository is one": {
		turns: [
			["show the open issues in garden", "done: Did list_issues."],
			["read me issue 5", "done: Did get_issue."],
			["any open pull requests in shed", "done: Did list_pull_requests."],
			["tell me about pull request 2", "done: Did get_pull_request."],
		],
		run: [
			'list_issues {"repository":"garden"}',
			'get_issue {"repository":"garden","number":5}',
			'list_pull_requests {"repository":"shed"}',
			'get_pull_request {"repository":"shed","number":2}',
		],
	},
	"work that goes on is told of and stopped, also after something else": {
		turns: [
			["run the tests in garden", "done: The tests are still running; I'll tell you."],
			["how is it going", "done: The tests are still running."],
			["what time is it", "done: Did get_time."],
			["what is still running", "done: The tests are still running."],
			["stop", "done: Stopped."],
			["stop", "unknown: There is nothing to stop."],
		],
		run: [
			'run_tests {"repository":"garden"}',
			'work_status {"tool":"run_tests"}',
			"get_time {}",
			'work_status {"id":"w1","tool":"run_tests"}',
			'stop_work {"id":"w1","tool":"run_tests"}',
		],
	},
	"all that runs is told of": {
		turns: [
			["run ping localhost", "confirm: Run command. Shall I?"],
			["yes", "done: ping is running."],
			["run the tests", "done: The tests are still running; I'll tell you."],
			["what are you doing", "done: The tests are still running. ping is running."],
		],
	},
	"who needs time to think is waited for, and words that are no answer are asked about once": {
		turns: [
			["delete notes.txt", "confirm: Delete. Shall I?"],
			["wait a moment", "confirm: Okay, take your time. Delete. Shall I?"],
			["purple elephants", "confirm: I didn't get that. Delete. Shall I?"],
			["yes", "done: Did delete_path."],
			["delete notes.txt", "confirm: Delete. Shall I?"],
			["purple elephants", "confirm: I didn't get that. Delete. Shall I?"],
			["purple elephants", "unknown: I don't know how to do that. Say help to hear what I can do."],
			["yes", "unknown: Nothing is waiting for a yes."],
		],
		run: ['delete_path {"path":"notes.txt"}'],
	},
	"a receiver is corrected before the yes": {
		turns: [
			["text anna saying see you at one", "confirm: Send text message. Shall I?"],
			["no, to Ben", "confirm: Send text message. Shall I?"],
			["yes please", "done: Did send_sms."],
		],
		run: ['send_sms {"to":"Ben","message":"see you at one"}'],
	},
	"a question no tool serves is looked for on the web, if that is wanted": {
		turns: [
			["Who is Ada Lovelace?", "unknown: I don't know that. Shall I search the web for it?"],
			["yes please", "done: Did search."],
			["the second one", "done: Did open_result."],
			["who was Alan Turing", "unknown: I don't know that. Shall I search the web for it?"],
			["no", "unknown: Okay."],
			["yes", "unknown: Nothing is waiting for a yes."],
		],
		run: ['search {"query":"Who is Ada Lovelace"}', 'open_result {"number":2}'],
	},
};

test.each(Object.entries(dialogues))("%s", async (_, { turns, run }) => {
	const heard: [string, string][] = [];
	for (const [person] of turns) heard.push([person, await say(person)]);
	expect(heard).toEqual(turns);
	if (run !== undefined) expect(calls).toEqual(run);
});
