import { resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { admin, guest } from "../fixtures/people.ts";
import { alive, as, memoryRegistrations, orchestrate } from "./setup.ts";

const program = resolve(import.meta.dirname, "../fixtures/stdio-process.ts");
const request = (env: Record<string, string> = {}) => ({
	name: "program",
	type: "stdio" as const,
	command: process.execPath,
	args: [program, "one", "two words"],
	env,
});
const said = z.object({
	pid: z.number(),
	arguments: z.array(z.string()),
	environment: z.record(z.string(), z.string()),
});
const opened: Orchestrator[] = [];

afterEach(async () => {
	await Promise.all(opened.splice(0).map((one) => one.stop()));
});

async function start(...args: Parameters<typeof orchestrate>): Promise<Orchestrator> {
	const orchestrator = orchestrate(...args);
	opened.push(orchestrator);
	await orchestrator.start();
	return orchestrator;
}

async function whoami(orchestrator: Orchestrator) {
	const { output } = await orchestrator.dispatcher.call({ server: "program", tool: "whoami", arguments: {} }, as());
	return said.parse(output);
}

/** Asks until it answers. */
async function again(orchestrator: Orchestrator) {
	const answer = () => whoami(orchestrator).catch(() => undefined);
	await expect.poll(answer, { timeout: 10_000 }).toBeDefined();
	return whoami(orchestrator);
}

test("a program registers by its command, gets its arguments and environment, and none of our secrets", async () => {
	process.env.AIOS_ADMIN_PASSWORD_FOR_TEST = "secret";
	const orchestrator = await start();
	const registered = await orchestrator.register(request({ GREETING: "hello" }), admin);
	expect(registered).toMatchObject({ name: "program", type: "stdio", status: "healthy" });
	expect(registered.tools).toEqual(["whoami", "end", "hang"]);
	expect(registered.url).toContain("two words");
	expect(registered.url).not.toContain("hello");
	const { arguments: given, environment } = await whoami(orchestrator);
	expect(given).toEqual(["one", "two words"]);
	expect(environment.GREETING).toBe("hello");
	expect(Object.keys(environment).filter((name) => name.startsWith("AIOS_"))).toEqual([]);
	delete process.env.AIOS_ADMIN_PASSWORD_FOR_TEST;
});

test("only an administrator may register a program", async () => {
	const orchestrator = await start();
	for (const person of [guest, { ...admin, role: "user", base: "user" as const }]) {
		await expect(orchestrator.register(request(), person)).rejects.toMatchObject({ code: "forbidden" });
	}
	expect(orchestrator.servers()).toEqual([]);
});

test("a program that is none, or no MCP server, is refused with the reason", async () => {
	const orchestrator = await start();
	for (const command of ["/no/such/program", "/bin/true"]) {
		await expect(orchestrator.register({ name: "x", type: "stdio", command }, admin)).rejects.toMatchObject({
			code: "upstream_failed",
			message: expect.stringContaining("does not answer as an MCP server"),
		});
	}
});

test("a program that ends comes back by itself, one that hangs is ended and started anew", async () => {
	const orchestrator = await start();
	await orchestrator.register(request(), admin);
	const first = await whoami(orchestrator);
	const call = (tool: string, signal?: AbortSignal) =>
		orchestrator.dispatcher.call({ server: "program", tool, arguments: {} }, as(admin, signal ? { signal } : {}));
	await expect(call("end")).rejects.toMatchObject({ code: "unavailable" });
	const second = await again(orchestrator);
	expect(second.pid).not.toBe(first.pid);
	await expect(call("hang", AbortSignal.timeout(200))).rejects.toMatchObject({ code: "timeout" });
	await expect.poll(() => alive(second.pid), { timeout: 15_000 }).toBe(false);
	expect((await again(orchestrator)).pid).not.toBe(second.pid);
	expect(orchestrator.servers()[0]?.status).toBe("healthy");
});

test("a registered program is there again after a restart, with its environment, and ends with us", async () => {
	const registrations = memoryRegistrations();
	const before = await start({ registrations });
	await before.register(request({ GREETING: "again" }), admin);
	const { pid } = await whoami(before);
	await before.stop();
	await expect.poll(() => alive(pid)).toBe(false);
	const after = await start({ registrations });
	await expect.poll(() => after.servers()[0]?.tools, { timeout: 10_000 }).toBe(3);
	const again = await whoami(after);
	expect(again.environment.GREETING).toBe("again");
	await after.unregister("program");
	await expect.poll(() => alive(again.pid)).toBe(false);
});
