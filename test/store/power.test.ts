import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { audit, examineStore, history, lists, openStore, schedules, turns } from "../../core/store/index.ts";
import { turnNamed } from "./turns.ts";

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "power-"));
	path = join(folder, "aios.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a store holds; `turns` and `audited` oldest first. */
function contentOf(at: string) {
	const store = openStore({ path: at });
	const held = {
		items: lists(store).items("anna", "shopping") ?? [],
		timers: schedules(store)
			.of("anna", "timer")
			.map(({ id }) => id),
		turns: turns(store)
			.list({ limit: 1_000_000 })
			.map(({ id }) => id)
			.toReversed(),
		audited: audit(store)
			.list({ limit: 1_000_000 })
			.map(({ turn }) => turn)
			.toReversed(),
	};
	store.close();
	return held;
}

/** Lets a process write until it has acknowledged so much, and ends it so many microseconds later by SIGKILL. */
async function writeAndKill(acknowledgements: number, microseconds: number): Promise<number> {
	const child = spawn(process.execPath, [resolve(import.meta.dirname, "writer.ts"), path], {
		stdio: ["ignore", "pipe", "inherit"],
		env: { PATH: process.env.PATH },
	});
	const gone = new Promise((done) => child.once("exit", done));
	let last = -1;
	for await (const line of createInterface({ input: child.stdout })) {
		last = Number(line);
		if (last !== acknowledgements) continue;
		const until = performance.now() + microseconds / 1_000;
		while (performance.now() < until);
		child.kill("SIGKILL");
	}
	await gone;
	return last;
}

test("whenever it is killed, all that was acknowledged is there, and nothing by halves", async () => {
	for (let round = 0; round < 5; round++) {
		const [acknowledgements, microseconds] = [Math.floor(Math.random() * 40), Math.floor(Math.random() * 3_000)];
		const when = `killed ${microseconds} µs after ${acknowledgements}`;
		rmSync(folder, { recursive: true, force: true });
		const last = await writeAndKill(acknowledgements, microseconds);
		const held = contentOf(path);
		expect(last, when).toBeGreaterThanOrEqual(acknowledgements);
		for (let count = 0; count <= last; count++) {
			expect(held.items, when).toContain(`item ${count}`);
			expect(held.timers, when).toContain(`anna timer ${count}`);
			expect(held.turns, when).toContain(`anna turn ${count}.9`);
		}
		expect(held.turns.length % 10, when).toBe(0);
		expect(held.audited, when).toEqual(held.turns);
		expect(examineStore(path)?.problems, when).toEqual([]);
	}
});

test("every write waits until it is on the disk", () => {
	const store = openStore({ path });
	const setting = (name: string) => Object.values(store.db.$client.query(`PRAGMA ${name}`).get() ?? {})[0];
	expect(setting("journal_mode")).toBe("wal");
	// 2 is FULL: the write-ahead log is flushed at every commit (sqlite.org/pragma.html).
	expect(setting("synchronous")).toBe(2);
	expect(setting("foreign_keys")).toBe(1);
	store.close();
});

test("wherever the power cuts the write-ahead log, what came before is whole and in order", () => {
	const store = openStore({ path });
	const [first] = store.db.$client.query("PRAGMA page_size").values();
	const frame = Number(first?.[0]) + 24;
	const written = Array.from({ length: 40 }, (_, count) => [`turn ${count}.0`, `turn ${count}.1`, `turn ${count}.2`]);
	const ends: number[] = [];
	for (const names of written) {
		history(store).add(names.map((name) => turnNamed(name)));
		ends.push(statSync(`${path}-wal`).size);
	}
	for (let cut = 0; cut < 25; cut++) {
		const copy = join(folder, `cut-${cut}.db`);
		copyFileSync(path, copy);
		copyFileSync(`${path}-wal`, `${copy}-wal`);
		// Anywhere, or just where a write ends, where a frame too few or too many would show.
		const end = ends[Math.floor(Math.random() * ends.length)] ?? 0;
		const from = (ends[0] ?? 0) - frame;
		const at = cut % 3 === 0 ? end : Math.floor(from + Math.random() * ((ends.at(-1) ?? 0) - from));
		truncateSync(`${copy}-wal`, at);
		const whole = ends.filter((one) => one <= at).length;
		const held = contentOf(copy);
		expect(held.turns, `cut at ${at}`).toEqual(written.slice(0, whole).flat());
		expect(held.audited, `cut at ${at}`).toEqual(held.turns);
	}
	store.close();
});
