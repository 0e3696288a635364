import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../../core/contract/index.ts";
import { createAdapters, ideSettings } from "../../../servers/ide/adapters/index.ts";
import { server } from "../../../servers/ide/index.ts";
import { callerOf } from "../by-name.ts";
import { startIde } from "./harness.ts";

let ide: Awaited<ReturnType<typeof startIde>>;
let call: ReturnType<typeof callerOf>;
/** The same with no program on the path. */
let poor: ReturnType<typeof callerOf>;
beforeAll(async () => {
	ide = await startIde();
	call = callerOf(server, ide.adapters);
	const adapters = createAdapters({
		settings: ideSettings.parse({ repository: ide.repository }),
		dataDir: `${ide.home}/aios-data`,
		childEnv: { PATH: "/nowhere", HOME: ide.home },
		folders: { allowed: [ide.home], denied: [] },
		clock: systemClock,
		log: silentLogger,
	});
	poor = callerOf(server, adapters);
});
afterAll(() => ide.stop());

describe("input that makes no sense is refused", () => {
	test.each([
		["open_vscode", { path: "readme.md", line: 0 }],
		["git_command", { repository: "", arguments: ["status"] }],
		["git_status", { repository: 5 }],
		["git_diff", { repository: 5 }],
		["git_log", { limit: 0 }],
		["git_commit", { message: " " }],
		["git_branch", { name: "--orphan" }],
		["search_code", { query: "" }],
		["run_tests", { path: 5 }],
		["work_status", { id: "latest" }],
		["stop_work", { id: "-1" }],
		["git_commit", { message: "x", wait_ms: 60_000 }],
		["format_code", { path: "" }],
		["list_diagnostics", { path: 5 }],
	])("%s given %j", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("without the program it needs a tool says what is missing", () => {
	test.each([
		["open_vscode", { path: "projects/sample/readme.md" }],
		["git_command", { repository: "projects/sample", arguments: ["status"] }],
		["git_status", {}],
		["git_diff", {}],
		["git_log", {}],
		["git_commit", { message: "x" }],
		["git_branch", {}],
		["search_code", { query: "hello" }],
		["run_tests", {}],
		["format_code", {}],
		["list_diagnostics", {}],
	])("%s", async (tool, input) => {
		await expect(poor(tool, input)).rejects.toMatchObject({ code: "missing_part", fix: expect.any(String) });
	});
});
