import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openVscode } from "../../../servers/ide/tools/open-vscode.ts";
import { chromium, openBrowser } from "../../e2e/harness/browser.ts";
import { freePort } from "../../e2e/harness/product.ts";
import { until } from "../../e2e/harness/wait.ts";
import { codeServerCommand } from "./code-server.ts";
import { startIde } from "./harness.ts";

let command: string[] | undefined;
let ide: Awaited<ReturnType<typeof startIde>>;
let server: Bun.Subprocess | undefined;
let browser: Browser | undefined;
let address = "";

beforeAll(async () => {
	command = chromium === undefined ? undefined : await codeServerCommand();
	if (command === undefined) return;
	ide = await startIde({ editor: "code-server" });
	await ide.program("code-server", `exec ${command.map((word) => `'${word}'`).join(" ")} "$@"`);
	await ide.write("long.txt", Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).join("\n"));
	const bind = `127.0.0.1:${await freePort()}`;
	server = Bun.spawn(
		[...command, "--auth=none", `--bind-addr=${bind}`, "--disable-telemetry", "--disable-update-check"],
		{ env: { ...ide.adapters.env }, stdout: "ignore", stderr: "ignore" },
	);
	address = `http://${bind}`;
	await until("code-server answers", 60_000, async () => (await fetch(`${address}/healthz`)).ok);
}, 180_000);
afterAll(async () => {
	await browser?.close();
	server?.kill();
	await server?.exited;
	await ide?.stop();
});

test("in a running VS Code a person sees the file open at the line that was said", async ({ skip }) => {
	skip(command === undefined, "code-server or a browser is not installed");
	const ask = { path: "projects/sample/long.txt", line: 42 };
	await expect(ide.call(openVscode, ask)).rejects.toMatchObject({
		code: "unavailable",
		fix: expect.stringContaining("open its page"),
	});

	const opened = await openBrowser();
	browser = opened.browser;
	await opened.page.goto(`${address}/?folder=${ide.repository}`);
	await until("its window takes files", 60_000, async () => (await ide.call(openVscode, ask)).output.line === 42);
	await until("the file at its line", 30_000, async () => {
		const shown = z
			.array(z.string())
			.parse(
				await opened.page.$$eval(".tab.active .monaco-icon-label, #status\\.editor\\.selection", (found) =>
					found.map((element) => element.textContent ?? ""),
				),
			);
		return shown.some((text) => text.includes("long.txt")) && shown.some((text) => text.startsWith("Ln 42,"));
	});
});
