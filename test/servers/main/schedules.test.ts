import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../core/contract/index.ts";
import type { Schedule } from "../../../servers/main/adapters/ports.ts";
import { nextOccurrence, repeats } from "../../../servers/main/adapters/recurrence.ts";
import { createScheduler } from "../../../servers/main/adapters/scheduler.ts";
import { type Home, heldClock, home, monday } from "./setup.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let it: Home;
beforeEach(async () => {
	it = await home();
});
afterEach(() => it.close());

const heard = () => it.said.map(({ text }) => text);

describe("timers", () => {
	test("speak up when they are done, by name, and not before", async () => {
		expect(await it.say("set a timer for five minutes")).toBe("Timer set for 5 minutes.");
		expect(await it.say("set a pasta timer for eleven minutes")).toBe("Pasta timer set for 11 minutes.");
		it.clock.pass(5 * minute - 1);
		expect(heard()).toEqual([]);
		it.clock.pass(1);
		expect(heard()).toEqual(["Your 5 minute timer is done."]);
		it.clock.pass(6 * minute);
		expect(it.said.at(-1)).toEqual({ text: "Your pasta timer is done.", kind: "alarm", userId: "u1" });
		it.clock.pass(day);
		expect(it.said).toHaveLength(2);
	});

	test("tell how much is left", async () => {
		expect(await it.say("how much time is left")).toBe("You have no timers.");
		await it.say("set a pasta timer for eleven minutes");
		it.clock.pass(90_000);
		expect(await it.say("how long is left on the past a timer")).toBe(
			"9 minutes and 30 seconds left on your pasta timer.",
		);
	});

	test("are cancelled by name, length or all at once; which one is asked where it isn't clear", async () => {
		await expect(it.say("cancel the timer")).rejects.toMatchObject({ code: "not_found" });
		await it.say("set a pasta timer for eleven minutes");
		await it.say("set a timer for five minutes");
		await expect(it.say("cancel the timer")).rejects.toMatchObject({ code: "conflict", fix: "Say which one." });
		expect(await it.say("cancel the five minute timer")).toBe("I cancelled your 5 minute timer.");
		expect(await it.say("cancel the timer")).toBe("I cancelled your pasta timer.");
		await it.say("set a timer for one minute");
		await it.say("set a timer for two minutes");
		expect(await it.say("cancel all timers")).toBe("I cancelled 2 timers.");
		it.clock.pass(day);
		expect(it.said).toEqual([]);
	});

	test("are one's own", async () => {
		await it.say("set a timer for five minutes");
		expect(await it.say("list my timers", "u2")).toBe("You have no timers.");
		await expect(it.say("cancel all timers", "u2")).rejects.toMatchObject({ code: "not_found" });
	});

	test("refuse lengths that make no sense", async () => {
		await expect(it.call("set_timer", { duration: 0 })).rejects.toMatchObject({ code: "bad_request" });
		await expect(it.call("set_timer", { duration: 1e9 })).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("after a restart", () => {
	test("a timer goes on as if nothing had happened", async () => {
		await it.say("set a timer for ten minutes");
		await it.restart(4 * minute);
		expect(await it.say("how much time is left")).toBe("6 minutes left on your 10 minute timer.");
		it.clock.pass(6 * minute);
		expect(heard()).toEqual(["Your 10 minute timer is done."]);
	});

	test("what fell due meanwhile is said at once, with when it was", async () => {
		await it.say("set a pasta timer for ten minutes");
		await it.say("remind me to call my mom in two hours");
		await it.restart(3 * hour);
		expect(heard()).toEqual([
			"Your pasta timer was done at 3:15 pm.",
			"I should have reminded you at 5:05 pm: call my mom.",
		]);
		await it.restart();
		expect(it.said).toHaveLength(2);
	});
});

test("a suspended machine or a clock set forward finds out within a minute", async () => {
	await it.say("remind me to stretch in two hours");
	it.clock.jump(5 * hour);
	it.clock.pass(minute);
	expect(it.said).toHaveLength(1);
});

test("a clock set back doesn't lose what is due", async () => {
	await it.say("set an alarm for four pm");
	it.clock.jump(-hour);
	it.clock.pass(55 * minute);
	expect(it.said).toEqual([]);
	it.clock.pass(hour);
	expect(heard()).toEqual(["It's 4 pm."]);
});

describe("alarms", () => {
	test("ring at their time, and repeating ones again", async () => {
		await it.say("wake me up at seven every weekday");
		it.clock.pass(2 * day);
		expect(it.said).toHaveLength(2);
		expect(it.said.every(({ text, kind }) => text === "It's 7 am." && kind === "alarm")).toBe(true);
		expect(await it.say("what alarms do i have")).toBe("You have 1 alarm: 7 am every weekday.");
	});

	test("are cancelled by time", async () => {
		await it.say("set an alarm for six am");
		await it.say("set an alarm for eight thirty am");
		await it.say("cancel the eight thirty alarm");
		it.clock.pass(2 * day);
		expect(heard()).toEqual(["It's 6 am."]);
	});

	test("in the past, or at no time, are refused", async () => {
		await expect(it.call("set_alarm", { time: "2020-01-01T00:00:00Z" })).rejects.toMatchObject({ code: "bad_request" });
		await expect(it.call("set_alarm", { time: "soon" })).rejects.toMatchObject({ code: "bad_request" });
	});

	test("that repeat leave out the days they don't", () => {
		const friday = new Date(2026, 10, 27, 7, 30);
		const next = nextOccurrence({ wallTime: "07:30", days: [...repeats.weekday] }, friday);
		expect(next).toEqual(new Date(2026, 10, 30, 7, 30));
	});

	test("that repeat keep their hour when summer time begins and ends", () => {
		// Walks a year of days: whatever this machine's zone does to its clocks, it is half past seven.
		let at = new Date(2026, 0, 1, 12);
		for (let count = 0; count < 365; count++) {
			const next = nextOccurrence({ wallTime: "07:30", days: [...repeats.day] }, at);
			expect(next?.getHours()).toBe(7);
			expect(next?.getMinutes()).toBe(30);
			expect(next?.getDate()).toBe(new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getDate());
			at = new Date(next?.getTime() ?? 0);
			at.setHours(12);
		}
	});
});

describe("reminders", () => {
	test("are said at their time, to whom they belong", async () => {
		expect(await it.say("remind me to call my mom tomorrow at nine", "u2")).toMatch(
			/^I'll remind you at 9 am .*: call your mom\.$/,
		);
		it.clock.pass(day);
		expect(it.said).toEqual([{ text: "Reminder: call my mom.", kind: "notice", userId: "u2" }]);
	});

	test("are listed by day and cancelled by what they are about", async () => {
		await it.say("remind me to call the dentist tomorrow at nine");
		await it.say("remind me to water the plants on friday");
		expect(await it.say("what reminders do i have today")).toBe("You have no reminders for today.");
		expect((await it.call("list_reminders", { day: "2026-11-24T09:00:00" })).output).toMatchObject({
			reminders: [{ text: "call the dentist" }],
		});
		expect(await it.say("cancel my dentist reminder")).toBe("I cancelled the reminder: call the dentist.");
		expect(await it.say("list my reminders")).toMatch(/^You have 1 reminder: water the plants/);
	});
});

test("killed between saying and striking off, it is said twice rather than never", () => {
	const rows: Schedule[] = [];
	const clock = heldClock(monday);
	const said: string[] = [];
	let broken = true;
	const store = {
		add: (row: Schedule) => void rows.push(row),
		of: () => rows,
		due: (now: number) => rows.filter(({ dueAt }) => dueAt <= now),
		nextDue: () => rows[0]?.dueAt,
		moveTo() {},
		remove() {
			if (broken) throw new Error("disk full");
			return rows.splice(0, 1).length > 0;
		},
	};
	const scheduler = createScheduler({ store, clock, log: silentLogger, announce: ({ text }) => void said.push(text) });
	scheduler.add({
		userId: "u",
		kind: "reminder",
		label: "eat",
		dueAt: monday.getTime() + minute,
		seconds: null,
		wallTime: null,
		days: [],
	});
	clock.pass(minute);
	expect(said).toHaveLength(1);
	broken = false;
	clock.pass(minute);
	expect(said).toHaveLength(2);
	clock.pass(hour);
	expect(said).toHaveLength(2);
	scheduler.close();
});

test("what nobody heard is kept, said again after a restart, and struck off once it was heard", async () => {
	const rows: Schedule[] = [];
	const clock = heldClock(monday);
	const store = {
		add: (row: Schedule) => void rows.push(row),
		of: () => rows,
		due: (now: number) => rows.filter(({ dueAt }) => dueAt <= now),
		nextDue: () => rows[0]?.dueAt,
		moveTo() {},
		remove: (id: string) =>
			rows.splice(
				rows.findIndex((row) => row.id === id),
				1,
			).length > 0,
	};
	const announced: (() => void)[] = [];
	const announce = () => new Promise<void>((heard) => void announced.push(heard));
	const first = createScheduler({ store, clock, log: silentLogger, announce });
	const eat = { userId: "u", kind: "reminder", label: "eat", seconds: null, wallTime: null, days: [] } as const;
	first.add({ ...eat, days: [], dueAt: monday.getTime() + minute });
	clock.pass(hour);
	expect(announced).toHaveLength(1);
	first.close();
	announced[0]?.();
	await Promise.resolve();
	expect(rows).toHaveLength(1);

	const second = createScheduler({ store, clock, log: silentLogger, announce });
	clock.pass(0);
	expect(announced).toHaveLength(2);
	announced[1]?.();
	await Promise.resolve();
	expect(rows).toEqual([]);
	second.close();
});
