import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { dance } from "../gateway/oauth/support.ts";
import { startApp } from "../gateway/support/app.ts";

const run = promisify(execFile);

test("the terminal shows which applications were let in, and signs one out", async () => {
	const app = await startApp();
	const steps = dance(app);
	const { access_token } = await steps.tokensFor(await steps.register(), await steps.browser(), {
		resource: `${app.url}/mcp/files`,
		scope: "read write",
	});
	const { key } = (await app.send("/api_keys", { json: { name: "terminal" }, as: app.admin })).body;
	const aios = (...args: string[]) =>
		run(process.execPath, [join("core", "cli", "index.ts"), "--url", app.url, "--key", key, "applications", ...args]);
	const { stdout } = await aios("list");
	const [, id = ""] = /^([0-9a-f-]{36})\s+Tester\s+\/mcp\/files\s+\S+\s+read write$/m.exec(stdout) ?? [];
	expect((await steps.mcp("/mcp/files", access_token)).status).toBe(200);
	await aios("revoke", id);
	expect((await steps.mcp("/mcp/files", access_token)).status).toBe(401);
	expect((await aios("list")).stdout).not.toContain("Tester");
	await expect(aios("revoke", id)).rejects.toThrow(/no such application/);
	await app.stop();
});
