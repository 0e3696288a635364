import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../../../servers/system/index.ts";
import { callerOf } from "../by-name.ts";
import { startSystem } from "./harness.ts";

let system: Awaited<ReturnType<typeof startSystem>>;
let call: ReturnType<typeof callerOf>;
/** The same with no program on the path and no display. */
let poor: Awaited<ReturnType<typeof startSystem>>;
beforeAll(async () => {
	system = await startSystem();
	call = callerOf(server, system.adapters);
	poor = await startSystem({ PATH: "/nowhere" });
});
afterAll(async () => {
	await system.stop();
	await poor.stop();
});

describe("input that makes no sense is refused", () => {
	test.each([
		["execute_command", { command: "" }],
		["read_output", { id: 5 }],
		["list_commands", { ended: "perhaps" }],
		["write_input", { id: 5, text: "x" }],
		["terminate", { id: 5 }],
		["launch_application", { name: "" }],
		["list_processes", { limit: 0 }],
		["kill_process", { pid: 1 }],
		["close_application", { name: " " }],
		["list_directory", { path: 5 }],
		["read_file", { path: "" }],
		["write_file", { path: "", content: "x" }],
		["edit_file", { path: "" }],
		["move_path", { from: "" }],
		["copy_path", { from: "" }],
		["delete_path", { path: "" }],
		["search_files", { path: 5 }],
		["system_info", { topic: "weather" }],
		["set_volume", { level: 101 }],
		["notify", { message: "" }],
		["clipboard_read", { lines: 2 }],
		["clipboard_write", { text: 5 }],
	])("%s given %j", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("where the outside part is missing or gone a tool says so", () => {
	test.each([
		["execute_command", { command: "no-such-program-anywhere" }, /not_found|missing_part/],
		["read_output", { id: "gone" }, /not_found/],
		["write_input", { id: "gone", text: "x" }, /not_found/],
		["terminate", { id: "gone" }, /not_found/],
		["launch_application", { name: "no such application" }, /not_found|missing_part/],
		["kill_process", { pid: 4_000_000 }, /not_found/],
		["list_directory", { path: "gone" }, /not_found/],
		["read_file", { path: "gone" }, /not_found/],
		["write_file", { path: "file/below", content: "x" }, /not_found|conflict|bad_request/],
		["edit_file", { path: "gone", edits: [{ find: "a", replace: "b" }] }, /not_found/],
		["move_path", { from: "gone", to: "there" }, /not_found/],
		["copy_path", { from: "gone", to: "there" }, /not_found/],
		["delete_path", { path: "gone" }, /not_found/],
		["search_files", { path: "gone", query: "x" }, /not_found/],
		["search_files", { path: "file", query: "x", in: "contents" }, /bad_request/],
		["search_files", { query: "x", in: "names", regex: true }, /unsupported/],
		["notify", { message: "hello" }, /missing_part/],
		["set_volume", { level: 30 }, /missing_part/],
		["clipboard_read", {}, /missing_part/],
		["clipboard_write", { text: "x" }, /missing_part/],
	])("%s given %j", async (tool, input, code) => {
		await writeFile(join(poor.home, "file"), "x");
		await chmod(join(poor.home, "file"), 0o600);
		await expect(callerOf(server, poor.adapters)(tool, input)).rejects.toMatchObject({
			code: expect.stringMatching(code),
		});
	});
});

test("a notification reaches the desktop's own program, whatever it says", async () => {
	const bin = join(system.home, "bin");
	await mkdir(bin);
	await writeFile(join(bin, "notify-send"), `#!/bin/sh\nprintf '%s|' "$@" > ${system.home}/notified\n`);
	await chmod(join(bin, "notify-send"), 0o755);
	const desk = await startSystem({ PATH: `${bin}:/usr/bin:/bin` });
	await callerOf(server, desk.adapters)("notify", { message: "--urgency=critical $(id)" });
	await desk.stop();
	expect(await readFile(join(system.home, "notified"), "utf8")).toContain("|--|");
	expect(await readFile(join(system.home, "notified"), "utf8")).toContain("--urgency=critical $(id)|");
});
