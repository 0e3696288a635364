import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { pluginFiles } from "../../core/cli/new-server/template.ts";
import type { Orchestrator, RegistrationStore } from "../../core/orchestrator/index.ts";
import { admin } from "../fixtures/people.ts";
import { start } from "./keep.ts";
import { as, kitProcess, memoryRegistrations } from "./setup.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** A data folder with one plugin; `tool` is the body of its tool's `run`. */
function withPlugin(options: { permissions?: unknown; limits?: unknown; run?: string } = {}): string {
	const data = mkdtempSync(join(tmpdir(), "plugins-"));
	for (const [path, text] of Object.entries(pluginFiles("hello"))) {
		const file = join(data, "plugins", path);
		mkdirSync(join(file, ".."), { recursive: true });
		const changed =
			options.run === undefined ? text : text.replace(/run: .*\n/, `run: async ({ who }) => { ${options.run} },\n`);
		writeFileSync(file, path.includes("/tools/") ? changed : text);
	}
	const { permissions, limits } = options;
	if (permissions !== undefined || limits !== undefined) {
		const manifest = { description: "Says hello.", permissions, limits };
		writeFileSync(join(data, "plugins/hello/plugin.json"), JSON.stringify(manifest));
	}
	return data;
}

interface Options {
	registrations?: RegistrationStore;
	platform?: NodeJS.Platform;
}

function startAt(data: string, { registrations, platform = process.platform }: Options = {}): Promise<Orchestrator> {
	return start({
		processes: [kitProcess()],
		...(registrations === undefined ? {} : { registrations }),
		plugins: {
			folder: join(data, "plugins"),
			checkout,
			runtime: [process.execPath, "--no-env-file", join(checkout, "core/process/plugin-main.ts")],
			platform,
		},
	});
}

const greet = async (orchestrator: Orchestrator, who = "Ada") =>
	(await orchestrator.dispatcher.call({ server: "hello", tool: "hello_greet", arguments: { who } }, as())).output
		.greeting;

function needsSandbox(context: TestContext): void {
	if (process.platform !== "linux" || Bun.which("bwrap") === null) context.skip("bubblewrap is not installed");
}

test("a folder below plugins/ is found with what it asks for, and none of it runs before it is switched on", async () => {
	const data = withPlugin({ permissions: { network: true, programs: ["git"] } });
	writeFileSync(join(data, "plugins/hello/index.ts"), 'throw new Error("it ran");');
	const orchestrator = await startAt(data);
	expect(await orchestrator.plugins.list()).toMatchObject([
		{
			name: "hello",
			description: "Says hello.",
			permissions: { network: true, programs: ["git"], folders: [] },
			enabled: false,
		},
	]);
	expect(orchestrator.catalogue().some(({ server }) => server === "hello")).toBe(false);
	await expect(orchestrator.plugins.enable("hello", admin)).rejects.toMatchObject({ code: "upstream_failed" });
	expect((await orchestrator.plugins.list())[0]?.enabled).toBe(false);
});

test("switched on it answers like any server, by voice too; switched off it is gone", async (context) => {
	needsSandbox(context);
	const orchestrator = await startAt(withPlugin());
	const enabled = await orchestrator.plugins.enable("hello", admin);
	expect(enabled).toMatchObject({ enabled: true, isolation: "sandbox" });
	expect(await greet(orchestrator)).toBe("Hello, Ada!");
	const [tool] = orchestrator.catalogue().filter(({ server }) => server === "hello");
	expect(tool).toMatchObject({ effect: "read", voice: { en: { sentences: ["hello greet {who}"] } } });
	await orchestrator.plugins.disable("hello");
	await expect(greet(orchestrator)).rejects.toMatchObject({ code: "not_found" });
});

test("it reaches no network, no program and no file that it was not given", async (context) => {
	needsSandbox(context);
	const secret = mkdtempSync(join(tmpdir(), "secret-"));
	writeFileSync(join(secret, "note"), "secret");
	const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("reached") });
	const run = `
		const { readFileSync, writeFileSync } = await import("node:fs");
		const attempt = async (work) => { try { return String(await work()); } catch { return "refused"; } };
		const said = await Promise.all([
			attempt(async () => (await fetch("http://127.0.0.1:${server.port}")).text()),
			attempt(() => readFileSync("${secret}/note", "utf8")),
			attempt(() => { writeFileSync("${secret}/new", "x"); return "written"; }),
			attempt(() => Bun.spawnSync(["/bin/sh", "-c", "echo ran"]).stdout.toString().trim()),
			attempt(() => Object.keys(process.env).filter((name) => name.startsWith("AIOS")).length),
		]);
		return { greeting: said.join(" ") };`;
	process.env.AIOS_LLM_KEY_FOR_TEST = "secret";
	const shut = await startAt(withPlugin({ run }));
	await shut.plugins.enable("hello", admin);
	expect(await greet(shut)).toBe("refused refused refused refused 0");
	delete process.env.AIOS_LLM_KEY_FOR_TEST;

	const permissions = { network: true, programs: ["sh"], folders: [{ path: secret }] };
	const open = await startAt(withPlugin({ run: run.replace("/bin/sh", "sh"), permissions }));
	await open.plugins.enable("hello", admin);
	expect(await greet(open)).toBe("reached secret refused ran 0");
	expect(existsSync(join(secret, "new"))).toBe(false);

	const writing = await startAt(withPlugin({ run, permissions: { folders: [{ path: secret, write: true }] } }));
	await writing.plugins.enable("hello", admin);
	expect(await greet(writing)).toBe("refused secret written refused 0");
	expect(readFileSync(join(secret, "new"), "utf8")).toBe("x");
	await server.stop(true);
});

test("a crash of a plugin harms nothing else, and it comes back", async (context) => {
	needsSandbox(context);
	const run = 'if (who === "crash") process.exit(9); return { greeting: who };';
	const orchestrator = await startAt(withPlugin({ run }));
	await orchestrator.plugins.enable("hello", admin);
	const other = () => orchestrator.dispatcher.call({ server: "kit", tool: "echo", arguments: { text: "x" } }, as());
	await expect(greet(orchestrator, "crash")).rejects.toMatchObject({ code: "unavailable" });
	expect((await other()).output).toEqual({ text: "x" });
	const back = () => greet(orchestrator, "back").catch(() => undefined);
	await expect.poll(back, { timeout: 10_000 }).toBe("back");
});

test("one that takes more memory or processes than it may is ended alone, says why, and comes back", {
	timeout: 60_000,
}, async (context) => {
	needsSandbox(context);
	const run = `
		if (who === "eat") {
			const kept = [];
			for (;;) {
				kept.push(new Uint8Array(20e6).fill(1));
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		}
		if (who === "fork") {
			for (let i = 0; i < 30; i++) Bun.spawn(["sleep", "60"]);
			await new Promise((resolve) => setTimeout(resolve, 20_000));
		}
		return { greeting: who };`;
	const limits = { memory_mb: 200, processes: 12 };
	const orchestrator = await startAt(withPlugin({ run, limits, permissions: { programs: ["sleep"] } }));
	expect(await orchestrator.plugins.enable("hello", admin)).toMatchObject({ limited: true, limits });
	const back = () => greet(orchestrator, "back").catch(() => undefined);
	for (const [who, why] of [
		["eat", /used \d+ MB of memory and may use 200/],
		["fork", /had \d+ processes and may have 12/],
	] as const) {
		const ended = expect(greet(orchestrator, who)).rejects.toMatchObject({ code: "unavailable" });
		const other = orchestrator.dispatcher.call({ server: "kit", tool: "echo", arguments: { text: "x" } }, as());
		expect((await other).output).toEqual({ text: "x" });
		await ended;
		await expect.poll(() => orchestrator.servers().find(({ name }) => name === "hello")?.reason).toMatch(why);
		await expect.poll(back, { timeout: 15_000 }).toBe("back");
	}
});

test("after a restart it runs again, but not when it asks for more than was agreed to", async (context) => {
	needsSandbox(context);
	const registrations = memoryRegistrations();
	const data = withPlugin();
	const first = await startAt(data, { registrations });
	await first.plugins.enable("hello", admin);
	await first.stop();
	const second = await startAt(data, { registrations });
	await expect.poll(() => greet(second).catch(() => undefined), { timeout: 10_000 }).toBe("Hello, Ada!");
	await second.stop();
	writeFileSync(join(data, "plugins/hello/plugin.json"), JSON.stringify({ permissions: { network: true } }));
	const third = await startAt(data, { registrations });
	expect(third.servers().find(({ name }) => name === "hello")).toMatchObject({
		status: "stopped",
		reason: expect.stringContaining("asks for something else"),
	});
	await third.plugins.enable("hello", admin);
	expect(await greet(third)).toBe("Hello, Ada!");
});

test("where there is no sandbox it says so, and runs only when that is agreed to", async () => {
	const orchestrator = await startAt(withPlugin(), { platform: "win32" });
	expect(await orchestrator.plugins.list()).toMatchObject([{ isolation: "own-rights" }]);
	await expect(orchestrator.plugins.enable("hello", admin)).rejects.toMatchObject({ code: "missing_part" });
	await orchestrator.plugins.enable("hello", admin, { ownRights: true });
	expect(await greet(orchestrator)).toBe("Hello, Ada!");
});

test("names that lead elsewhere, and manifests that can't be understood, are refused", async () => {
	const data = withPlugin({ permissions: { everything: true } });
	const orchestrator = await startAt(data);
	expect((await orchestrator.plugins.list())[0]?.problem).toContain("plugin.json");
	await expect(orchestrator.plugins.enable("hello", admin)).rejects.toMatchObject({ code: "unsupported" });
	for (const name of ["..", "../plugins/hello", "nothing", "/etc"]) {
		await expect(orchestrator.plugins.enable(name, admin)).rejects.toMatchObject({ code: "not_found" });
	}
});
