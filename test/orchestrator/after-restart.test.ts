import { expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import { afterRestart } from "../../core/orchestrator/after-restart.ts";

const at = new Date(2026, 10, 25, 9, 41).toISOString();
const lived = { trusted: true, title: "System", history: [{ at, status: "healthy" as const }] };
const restarted = {
	...lived,
	history: [...lived.history, { at, status: "starting" as const }, { at, status: "healthy" as const }],
};
const handle = { stateful: true, input: { type: "object", properties: { id: { type: "string" } } } };
const unknown = new AiosError("not_found", "There is no command 3f.", { fix: "The last 50 are kept." });

test("a handle of before the server was started anew is answered with what became of it", () => {
	expect(afterRestart(restarted, handle, unknown)).toMatchObject({
		code: "not_found",
		message:
			"There is no command 3f. The System server was started anew at 09:41: whatever was under way there ended with it.",
	});
});

test.each([
	["the server never ended", lived, handle, unknown],
	["the server is somebody else's", { ...restarted, trusted: false }, handle, unknown],
	["the tool takes no handle", restarted, { input: {} }, unknown],
	["it failed in another way", restarted, handle, new AiosError("busy", "Later.")],
])("where %s, what it said stays as it is", (_, entry, tool, thrown) => {
	expect(afterRestart(entry, tool, thrown)).toBe(thrown);
});
