import { beforeAll, describe, expect, test } from "vitest";
import type { PreviousCall } from "../../core/contract/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { onTheWall, wholeCatalogue } from "./catalogue.ts";
import { monday } from "./main-tools.ts";

const understander = createUnderstander();
beforeAll(async () => understander.load(await wholeCatalogue()));

async function heard(previous: PreviousCall | undefined, said: string) {
	const understood = await understander.understand(said, { now: monday, previous });
	if (understood.kind === "unknown") return "nothing";
	const { tool, arguments: args } = understood;
	return [understood.kind === "ask" ? `${tool}?${understood.slot}` : tool, onTheWall(args)];
}

const call = (tool: string, args: Record<string, unknown> = {}, server = "main"): PreviousCall => {
	return { server, tool, arguments: args };
};
const pizza = { label: "pizza", duration: 720 };
const milk = { item: "milk", list: "shopping" };
const mail = { to: "Anna <anna@example.org>", subject: "lunch", body: "hello" };

describe("what goes on from the call before", () => {
	test.each([
		[call("get_time", { place: "Tokyo" }), "and in Berlin?", "get_time", { place: "Berlin" }],
		[call("get_time", { place: "Tokyo" }), "what about New York", "get_time", { place: "New York" }],
		[call("get_time", { place: "Tokyo" }), "no, I meant Kyoto", "get_time", { place: "Kyoto" }],
		[call("calculate", { expression: "2 + 2" }), "and three times five", "calculate", { expression: "3 * 5" }],
		[call("set_timer", pizza), "cancel that", "cancel_timer", pizza],
		[
			call("set_timer", pizza),
			"and another for five minutes",
			"set_timer",
			{ label: "pizza", duration: 300, instead: false },
		],
		[call("set_timer", pizza), "make that eight", "set_timer", { label: "pizza", duration: 480, instead: true }],
		[call("set_timer", pizza), "how long is left", "list_timers", {}],
		[call("set_volume", { level: 30 }, "system"), "make that eighty", "set_volume", { level: 80 }],
		[call("run_tests", {}, "ide"), "stop", "stop_work", { tool: "run_tests" }],
		[call("execute_command", { command: "ping" }, "system"), "is it still running", "read_output", {}],
		[call("set_alarm", { time: "2026-11-24T07:00" }), "cancel it", "cancel_alarm", { time: "2026-11-24T07:00" }],
		[
			call("list_reminders", { today: true }),
			"what about tomorrow",
			"list_reminders",
			{ today: false, day: "2026-11-24T09:00" },
		],
		[call("add_to_list", milk), "and eggs", "add_to_list", { item: "eggs", list: "shopping" }],
		[call("add_to_list", milk), "also butter please", "add_to_list", { item: "butter", list: "shopping" }],
		[call("add_to_list", milk), "take that off again", "remove_from_list", milk],
		[call("show_list", { list: "shopping" }), "add rice to it", "add_to_list", { item: "rice", list: "shopping" }],
		[call("show_list", { list: "shopping" }), "and the packing list", "show_list", { list: "packing" }],
		[call("set_volume", { change: 10 }, "system"), "a bit more", "set_volume", { change: 10 }],
		[
			call("launch_application", { name: "Firefox" }, "system"),
			"close it again",
			"close_application",
			{ name: "Firefox" },
		],
		[call("search", { query: "sea otters" }, "browser"), "the second one", "open_result", { number: 2 }],
		[call("send_email", mail, "communication"), "no, to Ben", "send_email", { ...mail, to: "Ben" }],
		[
			call("send_email", mail, "communication"),
			"make it say see you at one",
			"send_email",
			{ ...mail, body: "see you at one" },
		],
		[call("place_call", { to: "+441632960961" }, "communication"), "no, I meant Ben", "place_call", { to: "Ben" }],
	])("%o, then %s", async (previous, said, tool, args) => {
		expect(await heard(previous, said)).toEqual([tool, args]);
	});

	test("means nothing where nothing, or something else, was done before", async () => {
		for (const said of ["and in Berlin?", "cancel that", "and eggs", "no, to Ben", "the second one", "a bit more"]) {
			expect(await heard(undefined, said)).toBe("nothing");
			expect(await heard(call("system_status"), said)).toBe("nothing");
		}
	});

	test("is no more than other commands are: those are taken first", async () => {
		expect(await heard(call("add_to_list", milk), "and what time is it")).toEqual(["get_time", {}]);
	});
});

describe("what is taken back in the same breath", () => {
	test.each([
		["set a timer for five minutes, no, ten minutes", "set_timer", { duration: 600 }],
		["set a timer for five no I mean ten minutes", "set_timer", { duration: 600 }],
		["wake me at six, sorry, I mean seven tomorrow", "set_alarm", { time: "2026-11-24T07:00" }],
		["call Ben, no wait, Anna", "place_call", { to: "Anna" }],
		["add milk, no, oat milk to the shopping list", "add_to_list", { item: "oat milk", list: "shopping" }],
		["set an alarm for, actually, what time is it", "get_time", {}],
		["turn it up, no, down", "set_volume", { change: -10 }],
	])("%s", async (said, tool, args) => {
		expect(await heard(undefined, said)).toEqual([tool, args]);
	});

	test("is left alone where it belongs to what was dictated", async () => {
		const said = "text Ben saying no I can't come";
		expect(await heard(undefined, said)).toEqual(["send_sms", { to: "Ben", message: "no I can't come" }]);
	});
});

describe("a word between two values that was misheard", () => {
	test.each([
		["send an email to anna saving hello", { to: "anna", body: "hello" }],
		["send an email to anna seeing i am late", { to: "anna", body: "i am late" }],
		["send an email to anna bout lunch", { to: "anna", subject: "lunch" }],
	])("parts them still: %s", async (said, args) => {
		expect(await heard(undefined, said)).toEqual([expect.stringMatching(/^send_email\?/), args]);
	});

	test.each([
		["send an email to anita singh about lunch", { to: "anita singh", subject: "lunch" }],
		["send an email to sandy", { to: "sandy" }],
		["send an email to anna saying i am saving money", { to: "anna", body: "i am saving money" }],
	])("is not looked for in a name or a text: %s", async (said, args) => {
		expect(await heard(undefined, said)).toEqual([expect.stringMatching(/^send_email\?/), args]);
	});
});
