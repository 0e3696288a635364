import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { AiosError } from "../../core/contract/index.ts";
import { examineStore, lists, openStore, schedules } from "../../core/store/index.ts";

const ownMigrations = resolve(import.meta.dirname, "../../core/store/migrations");
let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "store-"));
	path = join(folder, "aios.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const journalSchema = z.object({
	version: z.string(),
	dialect: z.string(),
	entries: z.array(
		z.object({ idx: z.number(), version: z.string(), when: z.number(), tag: z.string(), breakpoints: z.boolean() }),
	),
});

/** A copy of the migrations, cut to the first `count` or with one more. */
function migrations({ count, further }: { count?: number; further?: string }): string {
	const copy = mkdtempSync(join(folder, "migrations-"));
	cpSync(ownMigrations, copy, { recursive: true });
	const file = join(copy, "meta", "_journal.json");
	const journal = journalSchema.parse(JSON.parse(readFileSync(file, "utf8")));
	const entries = journal.entries.slice(0, count);
	const last = entries.at(-1);
	if (further !== undefined && last !== undefined) {
		entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: "9999_further" });
		writeFileSync(join(copy, "9999_further.sql"), further);
	}
	writeFileSync(file, JSON.stringify({ ...journal, entries }));
	return copy;
}

test("a database of the first version is brought to this one with everything in it", () => {
	const first = openStore({ path, migrationsFolder: migrations({ count: 1 }) });
	lists(first).add("anna", "shopping", "milk", 1);
	first.close();
	const now = openStore({ path });
	expect(lists(now).items("anna", "shopping")).toEqual(["milk"]);
	const count = readdirSync(ownMigrations).filter((name) => name.endsWith(".sql")).length;
	expect(now.db.all("SELECT count(*) AS count FROM __drizzle_migrations")).toEqual([{ count }]);
	now.close();
});

test("a step that fails half-way leaves the database as it was, says so, and the old version still opens it", () => {
	const store = openStore({ path });
	lists(store).add("anna", "shopping", "milk", 1);
	store.close();
	const broken = migrations({
		further: [
			"CREATE TABLE `later` (`id` integer PRIMARY KEY);",
			"DELETE FROM `list_items`;",
			"ALTER TABLE `no_such_table` ADD `x` text;",
		].join("\n--> statement-breakpoint\n"),
	});
	let failure: unknown;
	try {
		openStore({ path, migrationsFolder: broken }).close();
	} catch (error) {
		failure = error;
	}
	expect(failure).toBeInstanceOf(AiosError);
	expect(failure).toMatchObject({ code: "internal", message: expect.stringContaining("no_such_table") });
	expect(failure).toMatchObject({ fix: expect.stringContaining("Nothing in it was changed") });
	const again = openStore({ path });
	expect(lists(again).items("anna", "shopping")).toEqual(["milk"]);
	expect(again.db.all("SELECT 1 FROM sqlite_master WHERE name = 'later'")).toEqual([]);
	again.close();
});

test("a backup taken while another process writes is whole, holds all that was acknowledged before, and opens", async () => {
	const child = spawn(process.execPath, [resolve(import.meta.dirname, "writer.ts"), path], {
		stdio: ["ignore", "pipe", "inherit"],
		env: { PATH: process.env.PATH },
	});
	const gone = new Promise((done) => child.once("exit", done));
	const copies: { file: string; acknowledged: number }[] = [];
	for await (const line of createInterface({ input: child.stdout })) {
		const acknowledged = Number(line);
		if (acknowledged % 20 !== 19) continue;
		const file = join(folder, `copy-${acknowledged}.db`);
		const store = openStore({ path });
		store.backup(file);
		store.close();
		copies.push({ file, acknowledged });
		if (copies.length === 3) break;
	}
	child.kill("SIGKILL");
	await gone;
	for (const { file, acknowledged } of copies) {
		expect(examineStore(file)?.problems).toEqual([]);
		const restored = openStore({ path: file });
		const items = lists(restored).items("anna", "shopping") ?? [];
		const timers = schedules(restored).of("anna", "timer");
		restored.close();
		expect(items.length).toBeGreaterThan(acknowledged);
		// What was being written just then is there whole up to some point, and nothing after it.
		expect(items).toEqual(items.map((_, index) => `item ${index}`));
		expect(timers.length).toBeGreaterThanOrEqual(items.length - 1);
	}
});

test("an examination tells a whole database from a damaged one, and touches neither", () => {
	expect(examineStore(path)).toBeUndefined();
	const store = openStore({ path });
	for (let count = 0; count < 500; count++) lists(store).add("anna", "shopping", `something to buy ${count}`, count);
	expect(examineStore(path)).toMatchObject({ problems: [] });
	store.close();
	const bytes = readFileSync(path);
	bytes.fill(0xa5, 8_192, bytes.length - 4_096);
	writeFileSync(path, bytes);
	expect(examineStore(path)?.problems.length).toBeGreaterThan(0);
	expect(readFileSync(path).equals(bytes)).toBe(true);
	writeFileSync(path, "these are my notes ".repeat(1_000));
	expect(examineStore(path)?.problems).toEqual([expect.stringContaining("not a database")]);
});
