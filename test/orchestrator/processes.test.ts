import { resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { AiosError } from "../../core/contract/index.ts";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { admin, guest } from "../fixtures/people.ts";
import { start } from "./keep.ts";
import { alive, as, kitProcess } from "./setup.ts";

const call = (tool: string, args: Record<string, unknown> = {}) => ({ server: "kit", tool, arguments: args });
const pidOf = z.object({ pid: z.number() });

async function pid(orchestrator: Orchestrator): Promise<number> {
	const { output } = await orchestrator.dispatcher.call(call("count"), as());
	return pidOf.parse(output).pid;
}

test("a server's tools are there once it is ready, with everything their definition says", async () => {
	const orchestrator = await start({ processes: [kitProcess()] });
	expect(orchestrator.servers()).toMatchObject([
		{
			name: "kit",
			status: "healthy",
			tools: 8,
			replicas: [{ status: "healthy" }],
			requirements: [{ name: "part", ok: true }],
		},
	]);
	expect(orchestrator.catalogue()[0]).toMatchObject({
		server: "kit",
		name: "echo",
		effect: "read",
		role: "guest",
		voice: { en: { sentences: ["echo {text}"] } },
	});
});

test("a call comes back with output, sentence and picture", async () => {
	const { dispatcher } = await start({ processes: [kitProcess()] });
	expect(await dispatcher.call(call("add", { a: 1, b: 2 }), as())).toEqual({
		server: "kit",
		tool: "add",
		output: { sum: 3 },
		say: "That makes 3.",
		attachments: [],
	});
	const { attachments } = await dispatcher.call({ tool: "picture", arguments: {} }, as());
	expect(attachments).toMatchObject([{ mimeType: "image/png" }]);
});

test("progress arrives while the call runs", async () => {
	const { dispatcher } = await start({ processes: [kitProcess()] });
	const steps: (string | undefined)[] = [];
	await dispatcher.call(
		call("wait", { ms: 60, steps: 3 }),
		as(undefined, { progress: ({ message }) => steps.push(message) }),
	);
	expect(steps).toEqual(["step 1", "step 2", "step 3"]);
});

test("the caller's rights go with the call, and a failure keeps its code and its sentence", async () => {
	const { dispatcher } = await start({ processes: [kitProcess()] });
	await expect(dispatcher.call(call("count"), as(guest))).rejects.toMatchObject({ code: "forbidden" });
	await expect(dispatcher.call(call("misbehave", { way: "typed" }), as())).rejects.toMatchObject({
		code: "not_found",
		spoken: "I can't find it.",
		fix: "Look elsewhere.",
	});
});

test("a cancelled call ends at once and stops the tool; a late one is stopped by its deadline", async () => {
	const { dispatcher } = await start({ processes: [kitProcess()] });
	const controller = new AbortController();
	const waiting = dispatcher.call(call("wait", { ms: 60_000 }), as(undefined, { signal: controller.signal }));
	setTimeout(() => controller.abort(new AiosError("cancelled", "Never mind.")), 50);
	await expect(waiting).rejects.toMatchObject({ code: "cancelled", message: "Never mind." });
	await expect(dispatcher.call(call("wait", { ms: 60_000, stubborn: true }), as())).rejects.toMatchObject({
		code: "timeout",
	});
});

test("a tool that says it is busy or was too slow, again and again, shuts its server for nobody", async () => {
	const orchestrator = await start({ processes: [kitProcess()] });
	const { dispatcher } = orchestrator;
	for (let times = 0; times < 6; times++) {
		await expect(dispatcher.call(call("misbehave", { way: "busy" }), as())).rejects.toMatchObject({ code: "busy" });
	}
	const slow = Array.from({ length: 6 }, () => dispatcher.call(call("wait", { ms: 60_000 }), as()));
	const codes = (await Promise.allSettled(slow)).map((one) => (one.status === "rejected" ? one.reason.code : "done"));
	expect(codes).toEqual(Array(6).fill("timeout"));
	expect(orchestrator.servers()[0]).toMatchObject({ status: "healthy", replicas: [{ status: "healthy" }] });
	expect((await dispatcher.call(call("echo", { text: "x" }), as(guest))).output).toEqual({ text: "x" });
});

test("a crash costs one call, is said aloud, and the server comes back by itself", async () => {
	const orchestrator = await start({ processes: [kitProcess()] });
	const before = await pid(orchestrator);
	await expect(orchestrator.dispatcher.call(call("die", { how: "exit" }), as())).rejects.toMatchObject({
		code: "unavailable",
		spoken: "The kit server stopped while it was working on that.",
	});
	await expect.poll(() => orchestrator.servers()[0]?.status).toBe("unhealthy");
	expect(orchestrator.servers()[0]?.reason).toContain("ended unexpectedly (code 7)");
	expect(orchestrator.catalogue()).toHaveLength(8);
	await expect(orchestrator.dispatcher.call(call("echo", { text: "x" }), as())).rejects.toMatchObject({
		code: "unavailable",
		spoken: expect.stringMatching(/The kit server is (not running; it is being restarted|still starting)\./),
	});
	await expect.poll(() => orchestrator.servers()[0]?.status, { timeout: 5_000 }).toBe("healthy");
	expect(await pid(orchestrator)).not.toBe(before);
	// Whether the lost line or the end of the process is heard of first is the operating system's choice.
	const history = (orchestrator.servers()[0]?.history ?? []).filter(({ status }) => status !== "degraded");
	expect(history.map(({ status }) => status)).toEqual(["starting", "healthy", "unhealthy", "starting", "healthy"]);
	expect(history[2]).toMatchObject({ at: expect.stringMatching(/^\d{4}-/), reason: expect.stringContaining("code 7") });
});

test("a server that hangs is found out and started anew", { timeout: 30_000 }, async () => {
	const orchestrator = await start({ processes: [kitProcess()] });
	const before = await pid(orchestrator);
	const frozen = orchestrator.dispatcher.call(call("die", { how: "freeze" }), as());
	await expect(frozen).rejects.toMatchObject({ code: "unavailable" });
	await expect.poll(() => orchestrator.servers()[0]?.status, { timeout: 5_000 }).toBe("healthy");
	expect(await pid(orchestrator)).not.toBe(before);
	expect(alive(before)).toBe(false);
});

test("a server that can't start says why, is tried again with growing waits, and holds up nobody", async () => {
	const broken = kitProcess({ name: "broken", title: "Broken", settings: { failStart: true } });
	const orchestrator = await start({ processes: [kitProcess(), broken] });
	expect(orchestrator.servers().map(({ name, status }) => [name, status])).toEqual([
		["kit", "healthy"],
		["broken", "unhealthy"],
	]);
	expect(orchestrator.servers()[1]?.reason).toContain("the part it needs is not there");
	await expect.poll(() => orchestrator.servers()[1]?.reason, { timeout: 5_000 }).toContain("restarted in 1 s");
	await expect(
		orchestrator.dispatcher.call({ server: "broken", tool: "echo", arguments: {} }, as()),
	).rejects.toMatchObject({
		code: "unavailable",
	});
});

test("a taken port is named", async () => {
	const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
	const orchestrator = await start({ processes: [kitProcess({ port: other.port })] });
	expect(orchestrator.servers()[0]?.reason).toContain(`Port ${other.port} is taken`);
	await other.stop(true);
});

test("stopping lets a running call finish and leaves no process behind", async () => {
	const orchestrator = await start({ processes: [kitProcess({ replicas: 2 })] });
	const running = orchestrator.dispatcher.call(call("wait", { ms: 400 }), as());
	await Bun.sleep(50);
	await orchestrator.stop();
	const { pid } = pidOf.parse((await running).output);
	expect(alive(pid)).toBe(false);
	expect(orchestrator.servers()[0]?.status).toBe("stopped");
	await expect(orchestrator.dispatcher.call(call("echo", { text: "x" }), as())).rejects.toMatchObject({
		spoken: "The kit server is switched off.",
	});
});

test("when the main process is killed, its servers end by themselves", async () => {
	const parent = Bun.spawn([process.execPath, resolve(import.meta.dirname, "../fixtures/kit/parent.ts")], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const { value } = await parent.stdout.getReader().read();
	const child = Number(new TextDecoder().decode(value));
	expect(alive(child)).toBe(true);
	parent.kill("SIGKILL");
	await expect.poll(() => alive(child), { timeout: 3_000 }).toBe(false);
});

test("a server's secrets are neither in its command line nor in its environment", async () => {
	const orchestrator = await start({ processes: [kitProcess({ settings: { slowStartMs: 1 } })] });
	const child = await pid(orchestrator);
	const environment = await Bun.file(`/proc/${child}/environ`).text();
	expect(environment.split("\0").filter((entry) => !/^(PATH|HOME|NODE_CHANNEL|$)/.test(entry))).toEqual([]);
	expect((await Bun.file(`/proc/${child}/cmdline`).text()).split("\0").filter(Boolean)).toHaveLength(2);
});

test("calls that one replica must keep together for a person go to the same, for others to others; the rest spread", async () => {
	const orchestrator = await start({ processes: [kitProcess({ replicas: 2 })] });
	const pids = async (tool: string, input: Record<string, unknown>, user: (index: number) => string) => {
		const results = await Promise.all(
			Array.from({ length: 16 }, (_, index) =>
				orchestrator.dispatcher.call(
					call(tool, input),
					as({ ...admin, id: user(index) }, { session: `s${index % 4}` }),
				),
			),
		);
		return new Set(results.map(({ output }) => pidOf.parse(output).pid)).size;
	};
	expect(await pids("count", {}, () => "ada")).toBe(1);
	expect(await pids("count", {}, (index) => `u${index}`)).toBe(2);
	expect(await pids("wait", { ms: 30 }, () => "ada")).toBe(2);
});

test("a tool two servers have needs the server's name", async () => {
	const orchestrator = await start({ processes: [kitProcess(), kitProcess({ name: "twin", title: "Twin" })] });
	await expect(orchestrator.dispatcher.call({ tool: "echo", arguments: { text: "x" } }, as())).rejects.toMatchObject({
		code: "conflict",
		details: { servers: ["kit", "twin"] },
	});
	await expect(orchestrator.dispatcher.call({ tool: "nope", arguments: {} }, as())).rejects.toMatchObject({
		code: "not_found",
	});
});
