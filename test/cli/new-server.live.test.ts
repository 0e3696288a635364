import { cpSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { writePlugin, writeServer } from "../../core/cli/new-server/command.ts";

const checkout = resolve(import.meta.dirname, "../..");
const bun = process.execPath;

/** A checkout of one's own: the sources copied, the packages shared. */
function copyOfCheckout(): string {
	const copy = mkdtempSync(join(tmpdir(), "checkout-"));
	const parts = ["core", "servers", "models", "package.json", "vitest.config.ts", "tsconfig.json"];
	for (const part of parts) cpSync(join(checkout, part), join(copy, part), { recursive: true });
	symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"), "junction");
	return copy;
}

async function run(command: string[], cwd: string): Promise<{ code: number; output: string }> {
	const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
	const [printed, told] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
	return { code: await child.exited, output: printed + told };
}

test("a new server passes its test at once, and runs", async () => {
	const copy = copyOfCheckout();
	expect(await writeServer(copy, "weather_report")).toEqual([
		"servers/weather_report/index.ts",
		"servers/weather_report/tools/weather-report-greet.ts",
		"test/servers/weather_report/greet.test.ts",
		"servers/index.ts",
	]);
	const vitest = join(copy, "node_modules", "vitest", "vitest.mjs");
	const tested = await run([bun, "--bun", vitest, "run", "test/servers/weather_report"], copy);
	expect({ code: tested.code, output: tested.code === 0 ? "" : tested.output }).toEqual({ code: 0, output: "" });
	expect(tested.output).toMatch(/2 passed/);

	const data = mkdtempSync(join(tmpdir(), "new-server-"));
	const served = Bun.spawn([bun, join(copy, "core", "serve.ts"), "weather_report", "--port", "0"], {
		env: { ...process.env, AIOS_DATA_DIR: data },
		stdout: "ignore",
		stderr: "pipe",
	});
	let said = "";
	for await (const chunk of served.stderr) {
		said += new TextDecoder().decode(chunk);
		if (said.includes("opens it")) break;
	}
	const url = /http:\/\/\S+:\d+/.exec(said)?.[0];
	expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "healthy", server: "weather_report" });
	expect(said).toMatch(/password of the user admin is \S{12,}/);
	const key = readFileSync(/The key in (\S+) opens it/.exec(said)?.[1] ?? "", "utf8").trim();
	const call = (headers: Record<string, string>) => fetch(`${url}/weather_report_greet`, { method: "POST", headers });
	expect((await call({ "x-api-key": key })).status).not.toBe(401);
	expect((await call({})).status).toBe(401);
	served.kill();
	await served.exited;
});

test("a new plugin passes its test at once, and is never written over another", async () => {
	const data = mkdtempSync(join(tmpdir(), "new-plugin-"));
	const written = await writePlugin(join(data, "plugins"), "hello");
	expect(written).toHaveLength(3);
	const { code, output } = await run([bun, "test"], join(data, "plugins", "hello"));
	expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
	expect(output).toContain("2 pass");
	await expect(writePlugin(join(data, "plugins"), "hello")).rejects.toMatchObject({ code: "conflict" });
});
