import { expect, test } from "vitest";
import { AiosError, type Clock } from "../../core/contract/index.ts";
import { createBalancer, createBreaker, peakEwma } from "../../core/orchestrator/index.ts";
import { createReplica } from "../../core/orchestrator/replica.ts";

const replicas = (...all: [number, number][]) => {
	const made = all.map(([latencyMs, outstanding], id) => ({ id, latencyMs, outstanding }));
	const [first, ...rest] = made;
	if (first === undefined) throw new Error("at least one");
	return [first, ...rest] as const;
};

test("round robin takes each in turn; least outstanding the one with the fewest calls", () => {
	const three = replicas([1, 5], [1, 0], [1, 3]);
	const round = createBalancer("round-robin");
	expect([1, 2, 3, 4].map(() => round([three[0], ...three.slice(1)]).id)).toEqual([0, 1, 2, 0]);
	expect(createBalancer("least-outstanding")([three[0], ...three.slice(1)]).id).toBe(1);
});

test("peak EWMA avoids the slow and the busy, and tries what is new", () => {
	let seed = 7;
	const random = () => {
		seed = (seed * 16_807) % 2_147_483_647;
		return seed / 2_147_483_647;
	};
	const balance = createBalancer("peak-ewma", random);
	const chosen = (...all: [number, number][]) => {
		const counts = all.map(() => 0);
		for (let round = 0; round < 300; round++) {
			const [first, ...rest] = replicas(...all);
			const { id } = balance([first, ...rest]);
			counts[id] = (counts[id] ?? 0) + 1;
		}
		return counts;
	};
	const [fast = 0, slow = 0] = chosen([1, 0], [100, 0]);
	expect(fast).toBeGreaterThan(slow * 10);
	const [busy = 0, idle = 0] = chosen([5, 20], [5, 0]);
	expect(idle).toBeGreaterThan(busy * 10);
	expect(chosen([5, 0], [0, 0])[1]).toBe(300);
	const [one = 0, alike = 0] = chosen([2, 0], [2.2, 0]);
	expect(Math.min(one, alike)).toBeGreaterThan(100);
});

test("a slow answer counts at once and is forgotten with time", () => {
	expect(peakEwma(1, 100, 1)).toBe(100);
	expect(peakEwma(100, 1, 10)).toBeGreaterThan(99);
	expect(peakEwma(100, 1, 60_000)).toBeLessThan(2);
});

test("the breaker opens after failures in a row, lets one trial through, and waits longer after each failed one", () => {
	let now = 0;
	const clock: Clock = { now: () => new Date(now), after: () => () => {} };
	const breaker = createBreaker({ clock });
	for (let failure = 0; failure < 4; failure++) breaker.failed();
	expect(breaker.allows()).toBe(true);
	breaker.failed();
	expect([breaker.state(), breaker.allows()]).toEqual(["open", false]);
	now += 2_000;
	expect([breaker.state(), breaker.allows()]).toEqual(["half-open", true]);
	breaker.began();
	expect(breaker.allows()).toBe(false);
	breaker.failed();
	now += 2_000;
	expect(breaker.state()).toBe("open");
	now += 2_000;
	expect(breaker.allows()).toBe(true);
	breaker.began();
	breaker.succeeded();
	expect([breaker.state(), breaker.failures()]).toEqual(["closed", 0]);
});

test("what a replica's first call took to open the line keeps nothing away from it, nor what it took long ago", async () => {
	let now = 0;
	const clock: Clock = { now: () => new Date(now), after: () => () => {} };
	const answer = { output: undefined, text: "", say: undefined, attachments: [] };
	const connection = { listTools: async () => [], call: async () => answer, close: async () => {} };
	const replica = createReplica({ id: "r", clock, connect: () => connection, at: "http://127.0.0.1:9", onChange() {} });
	await replica.use(async () => answer);
	expect(replica.latencyMs).toBe(0);
	await replica.use(async () => answer);
	expect(replica.latencyMs).toBeGreaterThan(0);
	now += 60_000;
	expect(replica.latencyMs).toBe(0);
});

test("a replica is left alone after five calls in a row that it never answered, not after five that it refused", async () => {
	const connection = {
		listTools: async () => [],
		call: async () => ({ output: undefined, text: "", say: undefined, attachments: [] }),
		close: async () => {},
	};
	const clock: Clock = { now: () => new Date(0), after: () => () => {} };
	const replica = createReplica({ id: "r", clock, connect: () => connection, at: "http://127.0.0.1:9", onChange() {} });
	const refused = { ...(await connection.call()), failure: new AiosError("busy", "Not now.") };
	for (let times = 0; times < 6; times++) expect(await replica.use(async () => refused)).toBe(refused);
	expect([replica.status(), replica.latencyMs]).toEqual(["healthy", 0]);
	const late = new AiosError("timeout", "It took too long.");
	for (let times = 0; times < 5; times++) await expect(replica.use(() => Promise.reject(late))).rejects.toBe(late);
	expect([replica.status(), replica.available()]).toEqual(["unhealthy", false]);
});
