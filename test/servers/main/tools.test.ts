import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Home, home } from "./setup.ts";

let it: Home;
beforeAll(async () => {
	it = await home();
});
afterAll(() => it.close());

describe("the time", () => {
	test("is told as people tell it", async () => {
		expect(await it.say("what time is it")).toBe("It's five past three.");
		expect(await it.say("what day is it")).toBe("It's Monday.");
		expect(await it.say("what's the date")).toBe("It's Monday, November 23, 2026.");
		expect(await it.say("what day is june fourteenth")).toBe("June 14, 2027 is a Monday.");
	});

	test.each([
		["tokyo", "Asia/Tokyo"],
		["new york", "America/New_York"],
		["Germany", "Europe/Berlin"],
		["orlando florida", "America/New_York"],
		["california", "America/Los_Angeles"],
		["india", "Asia/Kolkata"],
		["mosco", "Europe/Moscow"],
		["eastern time", "America/New_York"],
		["london", "Europe/London"],
		["paris", "Europe/Paris"],
		["Europe/Madrid", "Europe/Madrid"],
	])("is known in %s", async (place, zone) => {
		const { output, say } = await it.call("get_time", { place });
		expect(output.zone).toBe(zone);
		const expected = it.clock.now().toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
		expect(output.time).toBe(expected);
		expect(new Date(String(output.iso)).getTime()).toBe(it.clock.now().getTime());
		expect(say).toMatch(/^It's .+ in .+\.$/);
	});

	test("in a place that isn't there is an error with what to do", async () => {
		await expect(it.say("what time is it in hogsmeade village")).rejects.toMatchObject({ code: "not_found" });
		await expect(it.call("get_time", { zone: "Mars/Olympus" })).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("sums", () => {
	test.each([
		["what is two plus two", "It's 4."],
		["what's 15 percent of 80", "It's 12."],
		["how much is twelve divided by five", "It's 2.4."],
		["what is the square root of forty two", "It's about 6.48074."],
		["convert five miles to kilometers", "It's 8.04672 kilometers."],
		["how many inches are in a foot", "It's 12 inches."],
		["what is 100 degrees fahrenheit in celsius", "It's about 37.7778 degrees Celsius."],
		["calculate 0.1 + 0.2", "It's 0.3."],
		["work out five factorial", "It's 120."],
	])("%s", async (said, answer) => expect(await it.say(said)).toBe(answer));

	test.each([
		"1 / 0",
		"import({a: 1})",
		"a = 5",
		"f(x) = x",
		'evaluate("1")',
		'createUnit("foo")',
		"zeros(10000, 10000)",
		"[1, 2, 3]",
		"1:1000000",
		'cos.constructor("return 1")()',
		'"text"',
		"sqrt",
		"hello",
		"2 +",
		'parse("1")',
		`${"(".repeat(240)}1${")".repeat(240)} ${"+1".repeat(5)}`.slice(0, 300),
	])("nothing but sums is calculated: %s", async (expression) => {
		await expect(it.call("calculate", { expression })).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("lists", () => {
	test("are filled, read and emptied by voice, by sound where misheard, and kept across a restart", async () => {
		expect(await it.say("what's on my shopping list").catch((error) => error.message)).toBe(
			"You have no shopping list.",
		);
		expect(await it.say("add milk to my shopping list")).toBe("I added milk to your shopping list.");
		expect(await it.say("ad eggs, butter and bread to my shopping list")).toBe(
			"I added eggs, butter and bread to your shopping list.",
		);
		expect(await it.say("add Milk to the grocery list")).toBe("Milk is already on your shopping list.");
		expect(await it.say("add call the bank to my to-do list")).toBe("I added call the bank to your to do list.");
		await it.restart();
		expect(await it.say("what's on my shopping list")).toBe("On your shopping list: milk, eggs, butter and bread.");
		expect(await it.say("what lists do i have")).toBe("You have 2 lists: shopping and to do.");
		expect(await it.say("take bred off my shopping list")).toBe("I took bread off your shopping list.");
		await expect(it.say("remove caviar from my shopping list")).rejects.toMatchObject({ code: "not_found" });
		expect(await it.say("show my list", "someone else")).toBe("Your shopping list is empty.");
	});

	test("several things are taken off at once, and a whole list is cleared", async () => {
		const say = (text: string) => it.say(text, "somebody new");
		await say("add milk and eggs to my shopping list");
		await say("add mac and cheese to my shopping list");
		await say("add rice to my shopping list");
		expect(await say("take eggs and caviar off my shopping list")).toBe(
			"I took eggs off your shopping list. Caviar was not on it.",
		);
		await expect(say("take rye and cheese off my shopping list")).rejects.toMatchObject({ code: "not_found" });
		expect(await say("take mac and cheese off my shopping list")).toBe("I took mac and cheese off your shopping list.");
		expect(await say("clear my shopping list")).toBe("I took 2 things off your shopping list.");
		expect(await say("what's on my shopping list")).toBe("Your shopping list is empty.");
		await expect(say("clear my packing list")).rejects.toMatchObject({ code: "not_found" });
	});
});

describe("the assistant itself", () => {
	test("says again what it said, and what it heard", async () => {
		await it.say("what's 15 percent of 80");
		expect(await it.say("say that again")).toBe("It's 12.");
		expect(await it.say("what did I say")).toBe('You said: "what\'s 15 percent of 80".');
	});

	test("says what it can do, in all and about one thing", async () => {
		expect(await it.say("what can you do")).toMatch(/^I can do \d+ things\. For example, say: "/);
		const { output } = await it.call("help", { topic: "timers" });
		const names = JSON.stringify(output);
		expect(names).toContain("set_timer");
		expect(names).not.toContain("add_to_list");
		await expect(it.call("help", { topic: "submarines" })).rejects.toMatchObject({ code: "not_found" });
	});

	test("what it proposes to say is understood", async () => {
		const { output } = await it.call("help", {});
		const proposed =
			JSON.stringify(output)
				.match(/"say":\[[^\]]*\]/g)
				?.flatMap((part) => JSON.parse(part.slice(6))) ?? [];
		const plain = proposed.filter((text: string) => !text.includes("…"));
		expect(plain.length).toBeGreaterThan(10);
		for (const text of plain) {
			expect(await it.understander.understand(text, { now: it.clock.now() }), text).not.toEqual({ kind: "unknown" });
		}
	});

	test("repeats its last answer", async () => {
		const fresh = await home();
		await expect(fresh.say("repeat that")).rejects.toMatchObject({ code: "not_found" });
		await fresh.say("what time is it");
		expect(await fresh.say("say that again")).toBe("It's five past three.");
		expect(await fresh.say("pardon")).toBe("It's five past three.");
		fresh.close();
	});

	test("says which of its parts is unwell, and why", async () => {
		expect(await it.say("is everything okay")).toBe("Browser is unhealthy: no Chrome.");
	});
});
