import { expect, test } from "vitest";
import { yesOrNo } from "../../core/orchestrator/answers.ts";

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
])("%j is neither, so it confirms nothing", (text) => {
	expect(yesOrNo(text)).toBeUndefined();
});
