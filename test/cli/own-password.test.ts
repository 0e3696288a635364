import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adminPassword, startApp } from "../gateway/support/app.ts";

test("in the terminal a person changes their own password, which no command line shows", async () => {
	const app = await startApp();
	await app.person("olga", "user");
	const change = (typed: string) =>
		new Promise<string>((resolve) => {
			const words = [join("core", "cli", "index.ts"), "--url", app.url, "users", "change-password", "olga"];
			const child = execFile(process.execPath, words, (_error, stdout, stderr) => resolve(stdout + stderr));
			child.stdin?.end(typed);
		});
	expect(await change("guessed\nanother password\n")).toContain("The name or the password is wrong.");
	expect(await change(`${adminPassword}\nshort\n`)).toMatch(/password/);
	expect(await change(`${adminPassword}\nanother password\n`)).toContain("is changed");
	expect(await app.signIn("olga", "another password")).toBeDefined();
	await app.stop();
});
