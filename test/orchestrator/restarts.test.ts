import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { admin } from "../fixtures/people.ts";
import { freePort } from "../fixtures/start-program.ts";
import { keep, start } from "./keep.ts";
import { as } from "./setup.ts";

const fixture = resolve(import.meta.dirname, "../fixtures/upstream-process.ts");

/** Somebody's server as a process on a port it keeps, with what it did in every life of it. */
async function startUpstream(era: string) {
	const port = await freePort();
	const file = join(mkdtempSync(join(tmpdir(), "restarts-")), "did");
	writeFileSync(file, "");
	const spawn = () =>
		Bun.spawn([process.execPath, fixture, String(port), file, era], { stdout: "ignore", stderr: "inherit" });
	let child = spawn();
	const url = `http://127.0.0.1:${port}`;
	const answers = () =>
		fetch(url).then(
			() => true,
			() => false,
		);
	await expect.poll(answers, { timeout: 10_000 }).toBe(true);
	const upstream = {
		url,
		answers,
		lines: () => readFileSync(file, "utf8").split("\n").filter(Boolean),
		async kill() {
			child.kill("SIGKILL");
			await child.exited;
		},
		/** Comes back without waiting for it to answer. */
		revive() {
			child = spawn();
		},
		stop: () => upstream.kill(),
	};
	return keep(upstream);
}

/** No health check in between: what finds out about the restart is the call itself. */
const startUnwatched = () => start({ healthIntervalMs: 60_000 });

const call = (orchestrator: Orchestrator, tool: string, id: string, ms = 0) =>
	orchestrator.dispatcher.call({ server: "shop", tool, arguments: { id, ms } }, as());

describe.each(["sessions", "modern"])("a server of the protocol with %s that restarts during calls", (era) => {
	test("loses none that was safe to repeat, carries out no other twice, and is used on as if nothing had been", async () => {
		const upstream = await startUpstream(era);
		const orchestrator = await startUnwatched();
		await orchestrator.register({ name: "shop", url: upstream.url }, admin);
		const safe = ["look", "put"].map((tool) => call(orchestrator, tool, tool, 700));
		const unsafe = call(orchestrator, "pay", "pay", 700);
		const outcome = expect(unsafe).rejects.toMatchObject({
			code: "unavailable",
			message: "The shop server stopped while it was working on that.",
			fix: expect.stringContaining("look before you ask again"),
		});
		await expect.poll(() => upstream.lines().length).toBe(3);
		await upstream.kill();
		upstream.revive();
		await outcome;
		expect((await Promise.all(safe)).map(({ say }) => say)).toEqual(["look", "put"]);
		// Begun twice, done once; the unsafe one was begun once and never again.
		expect(upstream.lines().toSorted()).toEqual([
			...["began look look", "began look look", "began pay pay", "began put put", "began put put"],
			...["did look look", "did put put"],
		]);
		expect((await call(orchestrator, "pay", "later")).say).toBe("later");
	});

	test("is opened again unseen when it restarted between two calls, for an unsafe tool too, once for many at a time", async () => {
		const upstream = await startUpstream(era);
		const orchestrator = await startUnwatched();
		await orchestrator.register({ name: "shop", url: upstream.url }, admin);
		await upstream.kill();
		upstream.revive();
		await expect.poll(upstream.answers, { timeout: 10_000 }).toBe(true);
		const ids = Array.from({ length: 40 }, (_, index) => `p${index}`);
		// Some are still on their way over the new session while others find the old one forgotten.
		const calls = await Promise.all(ids.map((id, index) => call(orchestrator, "pay", id, index % 4 === 0 ? 200 : 0)));
		expect(calls.map(({ say }) => say)).toEqual(ids);
		expect(upstream.lines().filter((line) => line.startsWith("did"))).toHaveLength(ids.length);
	});
});

test("a server that stays away is not waited for by a call that never reached it, and not for long by one that did", async () => {
	const upstream = await startUpstream("modern");
	const orchestrator = await startUnwatched();
	await orchestrator.register({ name: "shop", url: upstream.url }, admin);
	const inFlight = call(orchestrator, "look", "x", 5_000);
	const settled = expect(inFlight).rejects.toMatchObject({ code: "unavailable" });
	await expect.poll(() => upstream.lines().length).toBe(1);
	await upstream.kill();
	let waiting = true;
	void settled.then(() => {
		waiting = false;
	});
	await expect(call(orchestrator, "look", "y")).rejects.toMatchObject({
		message: expect.stringContaining("can't be reached"),
	});
	expect(waiting).toBe(true);
	await settled;
});

test("of 500 calls at once over three replicas, one of which dies, none is lost that was safe and none is done twice that was not", async () => {
	const replicas = await Promise.all([startUpstream("modern"), startUpstream("modern"), startUpstream("modern")]);
	const orchestrator = await startUnwatched();
	for (const { url } of replicas) await orchestrator.register({ name: "shop", url }, admin);
	const tools = ["look", "put", "pay"];
	const calls = Array.from({ length: 500 }, (_, index) =>
		call(orchestrator, tools[index % 3] ?? "", `${index}`, 300).then(
			() => "done",
			() => "failed",
		),
	);
	const [dying] = replicas;
	// It has begun some of each kind, and carried out none, when it dies.
	await expect.poll(() => tools.every((tool) => dying?.lines().some((line) => line.includes(tool)))).toBe(true);
	await dying?.kill();
	const outcomes = await Promise.all(calls);
	const lines = replicas.flatMap((replica) => replica.lines());
	const count = (line: string) => lines.filter((one) => one === line).length;
	const pays = outcomes.flatMap((outcome, index) => (index % 3 === 2 ? [{ outcome, id: `${index}` }] : []));
	expect(outcomes.filter((outcome, index) => index % 3 !== 2 && outcome === "failed")).toEqual([]);
	expect(pays.filter(({ id }) => count(`began pay ${id}`) > 1)).toEqual([]);
	expect(pays.filter(({ outcome, id }) => outcome === "done" && count(`did pay ${id}`) !== 1)).toEqual([]);
	// Unsafe ones that were on their way to it are told to look, and were sent to no other.
	const broken = pays.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
	expect(broken.length).toBeGreaterThan(0);
	const others = replicas.slice(1).flatMap((replica) => replica.lines());
	expect(broken.filter((id) => others.includes(`began pay ${id}`))).toEqual([]);
});
