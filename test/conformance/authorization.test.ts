import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dance } from "../gateway/oauth/support.ts";
import { startApp } from "../gateway/support/app.ts";

/** A port nobody listens on. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return typeof address === "object" && address !== null ? address.port : 0;
}

test("the official checks of an authorization server pass", async () => {
	const app = await startApp();
	const steps = dance(app);
	const cookie = await steps.browser();
	const port = await freePort();
	const id = await steps.register({ redirect_uris: [`http://127.0.0.1:${port}/callback`] });
	const program = join("node_modules", ".bin", "conformance");
	const args = ["--bun", program, "authorization", "--url", app.url, "--client-id", id, "--port", String(port)];
	const checks = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	let answered = false;
	/** The person whose browser the checks ask for. */
	async function hear(chunk: unknown): Promise<void> {
		said += String(chunk);
		const address = /http:\/\/\S+\/token\/authorize\?\S+/.exec(said)?.[0];
		if (address === undefined || answered || !said.includes("Callback server started")) return;
		answered = true;
		const { pathname, search } = new URL(address);
		const page = await steps.open(pathname + search, cookie);
		const { to } = await steps.decide(page.body, cookie);
		if (to !== undefined) await fetch(to);
	}
	checks.stdout.on("data", hear);
	checks.stderr.on("data", hear);
	const code = await new Promise((resolve) => checks.once("close", resolve));
	await app.stop();
	expect(said).toContain("authorization-server-metadata-endpoint: 2 passed, 0 failed");
	expect(said).toContain("authorization-code-grant: 1 passed, 0 failed");
	expect(code).toBe(0);
}, 60_000);
