import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { admin } from "../../fixtures/people.ts";
import { type Home, home } from "./setup.ts";

let it: Home;
beforeEach(async () => {
	it = await home();
});
afterEach(() => it.close());

describe("input that makes no sense is refused, and the field is named", () => {
	test.each([
		["get_time", { place: 7 }, "place"],
		["calculate", { expression: "" }, "expression"],
		["set_timer", { duration: "five" }, "duration"],
		["list_timers", { name: 5 }, "name"],
		["cancel_timer", { all: "yes" }, "all"],
		["set_alarm", { time: "soon" }, "time"],
		["list_alarms", { when: 5 }, "when"],
		["cancel_alarm", { all: "yes" }, "all"],
		["add_reminder", { text: "" }, "text"],
		["list_reminders", { day: "someday" }, "day"],
		["cancel_reminder", { all: "yes" }, "all"],
		["add_to_list", { item: "" }, "item"],
		["show_list", { names: "yes" }, "names"],
		["remove_from_list", { item: 5 }, "item"],
		["clear_list", { list: 5 }, "list"],
		["help", { topic: 5 }, "topic"],
		["repeat", { times: 2 }, "times"],
		["system_status", { server: 5 }, "server"],
	])("%s given %j", async (tool, input, field) => {
		await expect(it.call(tool, input)).rejects.toMatchObject({
			code: "bad_request",
			message: expect.stringContaining(field),
		});
	});
});

const time = "2026-11-24T07:00:00Z";

describe("with the database gone nothing is said to be done that is not", () => {
	test.each([
		["set_timer", { duration: 60 }],
		["set_alarm", { time }],
		["add_reminder", { text: "call mom", time }],
		["add_to_list", { item: "milk" }],
		["show_list", {}],
		["remove_from_list", { item: "milk" }],
		["clear_list", {}],
	])("%s fails", async (tool, input) => {
		it.loseDatabase();
		await expect(it.call(tool, input)).rejects.toMatchObject({ code: "internal" });
	});

	test.each([
		["set_timer", { duration: 600 }, "list_timers", "cancel_timer"],
		["set_alarm", { time }, "list_alarms", "cancel_alarm"],
		["add_reminder", { text: "call mom", time }, "list_reminders", "cancel_reminder"],
	])("after %s what waits is still told, and taking it back fails", async (set, input, list, cancel) => {
		await it.call(set, input);
		it.loseDatabase();
		const before = (await it.call(list, {})).say;
		await expect(it.call(cancel, { all: true })).rejects.toMatchObject({ code: "internal" });
		expect((await it.call(list, {})).say).toBe(before);
	});
});

test("without any other tool help says so, and nothing breaks", async () => {
	it.catalogue = [];
	await expect(it.call("help", { topic: "timers" })).rejects.toMatchObject({ code: "not_found" });
});

test.each(["help", "repeat", "system_status"])(
	"with the assistant around it gone %s says so, and the time is still told",
	async (tool) => {
		it.loseAssistant();
		await expect(it.call(tool, {})).rejects.toMatchObject({ code: "unavailable" });
		expect((await it.call("get_time", {})).say).toBe("It's five past three.");
	},
);

test("a calculation given up is ended, and the next one works", async () => {
	const stop = new AbortController();
	const context = { user: admin, session: "s", signal: stop.signal };
	const first = it.server.run("calculate", { expression: "2 + 2" }, context);
	stop.abort();
	await expect(first).rejects.toMatchObject({ code: "cancelled" });
	expect((await it.call("calculate", { expression: "2 + 3" })).output).toMatchObject({ value: 5 });
});
