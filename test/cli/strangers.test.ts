import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startApp } from "../gateway/support/app.ts";

const run = promisify(execFile);

test("a name somebody tried at the door gives the terminal no orders and forges no row", async () => {
	const app = await startApp();
	const tried =
		"mallory\u001b[2J\u001b]0;owned\u0007\u009b1m\u202e\r\n2026-11-25T06:00:00.000Z  admin  voice  sign-in  all  done";
	await app.send("/token", { json: { username: tried, password: "wrong" } });
	const { key } = (await app.send("/api_keys", { json: { name: "terminal" }, as: app.admin })).body;
	const { stdout } = await run(process.execPath, [
		...[join("core", "cli", "index.ts"), "--url", app.url, "--key", key],
		...["audit", "--action", "sign-in"],
	]);
	const rows = stdout.trimEnd().split("\n");
	expect(rows).toHaveLength(3);
	expect(rows[1]).toContain("mallory1m 2026-11-25T06:00:00.000Z admin voice sign-in all done");
	expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
	await app.stop();
});
