import { describe, expect, test } from "vitest";
import { decide, type Heard } from "../../core/voice/gate.ts";
import { withoutOwnVoice } from "../../core/voice/own-voice.ts";
import { isHush, isMadeUp } from "../../core/voice/phrases.ts";
import { isUnfinished, senseOfUnknown } from "../../core/voice/sense.ts";
import { afterWakePhrase } from "../../core/voice/wake.ts";

describe("the wake phrase", () => {
	test.each([
		["Hey computer, what time is it?", "hey computer", "what time is it?"],
		["Hey, computer. What time is it?", "hey computer", "What time is it?"],
		["Hey commuter what time is it", "hey computer", "what time is it"],
		["Um, hey computer, stop", "hey computer", "stop"],
		["Hey computer", "hey computer", ""],
		["hey computer hey computer help", "hey computer", "help"],
		["Okay Jarvis play music", "okay jarvis", "play music"],
		["OK, Jarvis, play music", "okay jarvis", "play music"],
		["I was saying hey computer what time is it", "hey computer", "what time is it"],
	])("is heard in %j", (text, phrase, rest) => {
		expect(afterWakePhrase(text, phrase)).toBe(rest);
	});

	test.each([
		"the weather is nice today",
		"my computer is broken again",
		"they come here often",
		"hey there",
		"what a day",
	])("is not heard in %j", (text) => {
		expect(afterWakePhrase(text, "hey computer")).toBeUndefined();
	});

	test("of the person's choice may be any words; none means always", () => {
		expect(afterWakePhrase("marvin turn it up", "Marvin")).toBe("turn it up");
		expect(afterWakePhrase("turn it up", "")).toBe("turn it up");
	});
});

describe("its own voice", () => {
	const own = "The weather will be cloudy in the morning, with some rain at noon.";
	test("is recognised, even misheard", () => {
		expect(withoutOwnVoice("the weather will be cloudy", own)).toBe("");
		expect(withoutOwnVoice("whether will be cloudy in the mourning", own)).toBe("");
	});
	test("leaves what a person says", () => {
		expect(withoutOwnVoice("what time is it", own)).toBe("what time is it");
		expect(withoutOwnVoice("with some rain at noon set a timer for five minutes", own)).toContain("set a timer");
	});
});

test("silence is asked for in few words", () => {
	expect(isHush("Stop.")).toBe(true);
	expect(isHush("be quiet please")).toBe(true);
	expect(isHush("stop the timer")).toBe(false);
});

test("sentences that must go on are known by their last word", () => {
	for (const text of ["set a timer for", "Add milk and", "Open the", "Where he minded me to."])
		expect(isUnfinished(text)).toBe(true);
	for (const text of ["turn it on", "What is it for?", "set a timer for five minutes"])
		expect(isUnfinished(text)).toBe(false);
});

test("words that no tool takes are a request, talk, or only the beginning of either", () => {
	for (const text of ["Brewer double-shot latte", "May I have a coffee?", "please play some jazz", "tell me a joke"])
		expect(senseOfUnknown(text)).toBe("request");
	for (const text of ["the match was great", "He was not an ill-disposed young man"])
		expect(senseOfUnknown(text)).toBe("unknown");
	for (const text of ["And so my fellow Americans.", "May I?", "okay", ""])
		expect(senseOfUnknown(text)).toBe("fragment");
});

test("what recognisers write for noise is known", () => {
	for (const text of ["", "...", "Thank you.", "[BLANK_AUDIO]", "(upbeat music)", "Thanks for watching!", "♪♪"]) {
		expect(isMadeUp(text)).toBe(true);
	}
	for (const text of ["what time is it", "stop", "help", "thank you note for Anna"]) expect(isMadeUp(text)).toBe(false);
});

describe("what something heard is", () => {
	const confirm: Heard["confirm"] = {
		turn: "t",
		status: "confirm",
		reply: "Send the mail to Ann? Shall I?",
		confirmation: { id: "c1", summary: "", expires_at: "" },
		timings: { understand_ms: 0, dispatch_ms: 0, total_ms: 0 },
	};
	const base: Heard = { text: "", open: true, busy: false, wakePhrase: "hey computer" };

	test("a yes answers a confirmation; with the wake phrase too", () => {
		expect(decide({ ...base, text: "yes", confirm })).toMatchObject({ kind: "answer", approve: true, id: "c1" });
		expect(decide({ ...base, text: "hey computer yes", confirm, open: false })).toMatchObject({ kind: "answer" });
	});
	test("a yes without anything to confirm is a command like any other", () => {
		expect(decide({ ...base, text: "yes" })).toEqual({ kind: "command", text: "yes" });
	});
	test("the assistant's own words confirm nothing, whatever is mixed into them", () => {
		const over = "Say yes to send the mail to Ann.";
		for (const text of ["yes", "say yes", "say yes to send", "say yes to send the mail yes do it"]) {
			expect(decide({ ...base, text, confirm, over })).toEqual({ kind: "nothing" });
		}
	});
	test("without the phrase, in a room, it is somebody else's talk", () => {
		expect(decide({ ...base, text: "delete everything", open: false })).toEqual({ kind: "other" });
	});
});
