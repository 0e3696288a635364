import { expect, test } from "vitest";
import { z } from "zod";
import { serverProcesses } from "../../core/compose/processes.ts";
import { loadConfig } from "../../core/config/index.ts";
import { type Clock, silentLogger } from "../../core/contract/index.ts";
import { createReplica } from "../../core/orchestrator/replica.ts";
import { watchLoad } from "../../core/orchestrator/scale.ts";
import { start } from "./keep.ts";
import { alive, as, kitProcess } from "./setup.ts";

const counted = z.object({ pid: z.number(), value: z.number() });
const waited = z.object({ pid: z.number() });

test("calls that pile up bring another copy; what a person left in the first stays there; a killed one loses no call; calm takes the second away", {
	timeout: 60_000,
}, async () => {
	const orchestrator = await start({
		processes: [kitProcess({ maxReplicas: 2 })],
		calmMs: 400,
		balancer: "least-outstanding",
	});
	const call = async (tool: string, input: Record<string, unknown> = {}, session = "s1") =>
		(await orchestrator.dispatcher.call({ server: "kit", tool, arguments: input }, as(undefined, { session }))).output;
	const count = async (session: string) => counted.parse(await call("count", {}, session));
	const wait = async (ms: number) => waited.parse(await call("wait", { ms })).pid;
	const states = () => orchestrator.servers()[0]?.replicas.map(({ status }) => status);

	expect(states()).toEqual(["healthy"]);
	const { pid: first } = await count("before");
	let going = true;
	const failed: unknown[] = [];
	const pids = new Set<number>();
	const load = Array.from({ length: 30 }, async () => {
		while (going)
			await wait(200).then(
				(pid) => pids.add(pid),
				(error) => failed.push(error),
			);
	});
	await expect.poll(states, { timeout: 10_000 }).toEqual(["healthy", "healthy"]);
	await expect.poll(() => pids.size, { timeout: 5_000 }).toBe(2);
	// Whatever the conversation and however busy the first.
	for (const [index, session] of Array.from({ length: 10 }, (_, n) => (n === 0 ? "before" : `other${n}`)).entries()) {
		expect(await count(session)).toEqual({ pid: first, value: index + 2 });
	}
	const second = [...pids].find((pid) => pid !== first) ?? 0;
	process.kill(second, "SIGKILL");
	await expect.poll(() => pids.size, { timeout: 10_000 }).toBe(3);
	process.kill(first, "SIGKILL");
	await expect.poll(() => pids.size, { timeout: 10_000 }).toBe(4);
	going = false;
	await Promise.all(load);
	expect(failed).toEqual([]);
	// One of them is at the second copy when that retires, and is let finish.
	const [one, other] = await Promise.all([wait(1_700), wait(1_700)]);
	expect(one).not.toBe(other);
	await expect.poll(() => states()?.length, { timeout: 10_000 }).toBe(1);
	const last = await wait(1);
	await expect.poll(() => [...pids].filter(alive), { timeout: 10_000 }).toEqual([last]);
	await expect(call("add", { a: 1, b: 1 })).resolves.toEqual({ sum: 2 });
});

test("calls that only one copy can take bring no other, and one that retires comes back into use when load returns", () => {
	let now = 0;
	let tick = () => {};
	const clock: Clock = {
		now: () => new Date(now),
		after(_ms, run) {
			tick = run;
			return () => {};
		},
	};
	const connection = {
		listTools: async () => [],
		call: () => Promise.reject(new Error("none")),
		close: async () => {},
	};
	const make = (id: string, passing = false) =>
		createReplica({ id, clock, passing, connect: () => connection, at: "http://127.0.0.1:9", onChange() {} });
	const first = make("kit#1");
	const entry = {
		name: "kit",
		title: "Kit",
		type: "built-in",
		tools: new Map(),
		replicas: [first],
		history: [],
		trusted: true,
		requirements: () => [],
	};
	const second = make("kit#2", true);
	const scaled = [{ entry, min: 1, max: 2, add: () => second }];
	const stop = watchLoad({ scaled, calmMs: 60_000, clock, log: silentLogger, changed() {} });
	const pass = (ms: number) => {
		for (const until = now + ms; now < until; ) {
			now += 250;
			tick();
		}
	};
	Object.assign(first, { outstanding: 40, bound: 35 });
	pass(120_000);
	expect(entry.replicas).toEqual([first]);
	first.bound = 20;
	pass(1_250);
	expect(entry.replicas).toEqual([first, second]);
	Object.assign(first, { outstanding: 0, bound: 0 });
	second.outstanding = 1;
	pass(60_000);
	expect([entry.replicas.length, second.retiring]).toEqual([2, true]);
	first.outstanding = 40;
	pass(1_250);
	expect([entry.replicas.length, second.retiring]).toEqual([2, false]);
	first.outstanding = 0;
	second.outstanding = 0;
	pass(61_000);
	expect(entry.replicas).toEqual([first]);
	stop();
});

test("how many copies of a server may run is a setting of those that can have several", async () => {
	const config = await loadConfig({ env: { AIOS_DATA_DIR: "/nowhere", AIOS_REPLICAS_GITHUB_MAX: "3" } });
	const range = (name: string) => {
		const found = serverProcesses({ config, childEnv: {}, recogniser: "" }).find((server) => server.name === name);
		return [found?.replicas, found?.maxReplicas];
	};
	expect(range("github")).toEqual([1, 3]);
	expect(range("system")).toEqual([1, 2]);
	expect(range("browser")).toEqual([1, 1]);
	const wrong = (name: string, value: string) => loadConfig({ env: { AIOS_DATA_DIR: "/nowhere", [name]: value } });
	await expect(wrong("AIOS_REPLICAS_BROWSER_MAX", "2")).rejects.toThrow("no such setting");
	await expect(wrong("AIOS_REPLICAS_IDE_MIN", "3")).rejects.toThrow("max to be no less than min");
});
