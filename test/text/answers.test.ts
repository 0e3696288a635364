import { expect, test } from "vitest";
import { asksToWait, yesOrNo } from "../../core/text/index.ts";

test.each([
	"yes",
	"Yes.",
	"yes, please",
	"Yeah, do it!",
	"okay",
	"go ahead",
	"Sure, go ahead.",
	"um yes",
	"yes, send it",
	"actually yes",
	"Yeah yeah",
	"um, do it",
	"please do",
	"that's right",
	"approve",
])("%j is a yes", (text) => {
	expect(yesOrNo(text)).toBe(true);
});

test.each([
	"no",
	"No!",
	"no, don't",
	"cancel",
	"never mind",
	"stop",
	"no thank you",
	"Don't.",
	"actually, never mind",
	"cancel that",
	"no, don't send it",
	"no no no",
	"I'd rather not",
	"wait, no",
	"don't do it",
])("%j is a no", (text) => {
	expect(yesOrNo(text)).toBe(false);
});

test.each([
	"yes but not the second one",
	"no yes",
	"yes no",
	"what time is it",
	"delete yes.txt",
	"right click",
	"okay google",
	"",
	"shall I",
	"actually",
	"cancel the timer",
	"send it to Ben",
	"do it tomorrow",
	"no idea",
	"please",
	"wait",
])("%j is neither, so it confirms nothing", (text) => {
	expect(yesOrNo(text)).toBeUndefined();
});

test("time to think is asked for in few words", () => {
	for (const said of ["wait", "Hold on.", "wait a moment", "one second please", "just a minute", "let me think"]) {
		expect(asksToWait(said)).toBe(true);
	}
	for (const said of ["wait for the build", "wake me in a minute", "yes", "hold"]) expect(asksToWait(said)).toBe(false);
});
