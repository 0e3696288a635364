import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { AiosError } from "../../core/contract/index.ts";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { openStore, registrations } from "../../core/store/index.ts";
import { admin, guest } from "../fixtures/people.ts";
import { start } from "./keep.ts";
import { alive, as, memoryRegistrations, memorySecrets } from "./setup.ts";

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

test("a registered program is there again after a restart, with its environment, which is kept with the credentials alone, and ends with us", async () => {
	const rows = memoryRegistrations();
	const kept = new Map<string, string>();
	const accounts = { secrets: memorySecrets(kept), clients: {} };
	const before = await start({ registrations: rows, accounts });
	await before.register(request({ GREETING: "first" }), admin);
	// Added again by the same command with another environment, it is started anew with that.
	await before.register(request({ GREETING: "again" }), admin);
	const { pid, environment } = await whoami(before);
	expect(environment.GREETING).toBe("again");
	expect(JSON.stringify([rows.rows, before.servers()])).not.toContain("again");
	expect(rows.rows).toMatchObject([{ launch: { variables: ["GREETING"] } }]);
	expect([...kept.values()]).toEqual(['{"GREETING":"again"}']);
	await before.stop();
	await expect.poll(() => alive(pid)).toBe(false);
	const after = await start({ registrations: rows, accounts });
	await expect.poll(() => after.servers()[0]?.tools, { timeout: 10_000 }).toBe(3);
	const again = await whoami(after);
	expect(again.environment.GREETING).toBe("again");
	await after.unregister("program");
	await expect.poll(() => alive(again.pid)).toBe(false);
	expect(kept.size).toBe(0);
});

test("environments that were written into the database move to the credentials, and can't be read in it any more", async () => {
	const path = join(mkdtempSync(join(tmpdir(), "sealed-")), "aios.db");
	const { name, type, command, args } = request();
	const url = `stdio:${command} ${args.join(" ")}`;
	const written = (env: Record<string, string>) => ({
		name,
		type,
		url,
		pins: {},
		addedBy: "u1",
		launch: { command, args, env },
	});
	const old = openStore({ path });
	for (const token of ["token-of-long-ago-8c1", "token-of-late-5fd"])
		await registrations(old).save(written({ TOKEN: token }));
	old.close();
	expect(readFileSync(path).includes("token-of-")).toBe(true);

	const store = openStore({ path });
	const kept = new Map<string, string>();
	const orchestrator = await start({
		registrations: registrations(store),
		accounts: { secrets: memorySecrets(kept), clients: {} },
	});
	expect((await again(orchestrator)).environment.TOKEN).toBe("token-of-late-5fd");
	expect([...kept.values()]).toEqual(['{"TOKEN":"token-of-late-5fd"}']);
	for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes("token-of-"), file).toBe(false);
	await orchestrator.stop();
	store.close();
});

test("a program whose environment can't be had now says so, is not started without it, and starts once it can be had", async () => {
	const rows = memoryRegistrations();
	const kept = new Map<string, string>();
	const before = await start({ registrations: rows, accounts: { secrets: memorySecrets(kept), clients: {} } });
	await before.register(request({ GREETING: "there" }), admin);
	await before.stop();
	let locked = true;
	const secrets = async () => {
		if (locked) throw new AiosError("unavailable", "The keychain is locked.");
		return memorySecrets(kept)();
	};
	const after = await start({ registrations: rows, accounts: { secrets, clients: {} } });
	await expect.poll(() => after.servers()[0]?.reason).toContain("is not started. The keychain is locked.");
	locked = false;
	await expect.poll(() => after.servers()[0]?.tools, { timeout: 15_000 }).toBe(3);
	expect((await again(after)).environment.GREETING).toBe("there");
});
