import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit, openStore } from "../../core/store/index.ts";
import { handClock, startApp } from "./support/app.ts";

const run = promisify(execFile);
const dayMs = 86_400_000;
let app: Awaited<ReturnType<typeof startApp>>;
const time = handClock();
beforeAll(async () => {
	app = await startApp({
		clock: time.clock,
		env: { AIOS_RECORDS_AUDIT_DAYS: "30", AIOS_RECORDS_AUDIT_ENTRIES: "1000" },
	});
});
afterAll(() => app.stop());

const query = async (text: string) => (await app.send(`/audit?${text}`, { as: await app.signIn() })).body;

test("who did what, when, from where, and what came of it can be asked for, page by page", async () => {
	const bob = await app.person("bob", "user");
	const guest = await app.person("greta", "guest");
	const call = (tool: string, as: string) => app.send("/command", { json: { tool, arguments: {} }, as });
	const began = time.clock.now();
	for (let count = 0; count < 5; count++) await call("set_timer", bob);
	await call("write_note", guest);
	time.pass(60_000);
	await call("delete_path", bob);

	expect((await query("user=bob&action=tool.call")).entries).toHaveLength(6);
	expect((await query("outcome=denied&user=greta")).entries).toMatchObject([
		{ target: "files:write_note", origin: "direct", code: "forbidden" },
	]);
	expect((await query("target=main:*&user=bob")).entries).toHaveLength(5);
	expect((await query("target=main:set_%25&user=bob")).entries).toEqual([]);
	expect((await query(`user=bob&since=${new Date(began.getTime() + 30_000).toISOString()}`)).entries).toHaveLength(1);
	expect(
		(await query(`user=bob&action=tool.*&until=${new Date(began.getTime() + 30_000).toISOString()}`)).entries,
	).toHaveLength(5);

	const seen: number[] = [];
	let page = await query("user=bob&action=tool.call&limit=4");
	seen.push(...page.entries.map(({ id }: { id: number }) => id));
	page = await query(`user=bob&action=tool.call&limit=4&before=${page.next}`);
	seen.push(...page.entries.map(({ id }: { id: number }) => id));
	expect(page.next).toBeNull();
	expect(seen).toHaveLength(6);
	expect(seen).toEqual([...seen].sort((a, b) => b - a));
	expect(await query("since=yesterday")).toMatchObject({ code: "bad_request" });
	expect(await query("outcome=good")).toMatchObject({ code: "bad_request" });
	expect((await app.send("/audit", { as: bob })).status).toBe(403);
});

test("the terminal asks the same", async () => {
	const { key } = (await app.send("/api_keys", { json: { name: "terminal" }, as: await app.signIn() })).body;
	const aios = (...args: string[]) =>
		run(process.execPath, [join("core", "cli", "index.ts"), "--url", app.url, "--key", key, "audit", ...args]);
	const { stdout } = await aios("--user", "bob", "--target", "main:*", "--limit", "3");
	expect(stdout.trim().split("\n")).toHaveLength(4);
	expect(stdout).toMatch(/bob +direct +tool\.call +main:set_timer +done/);
	const lines = (await aios("--outcome", "denied", "--json")).stdout.trim().split("\n");
	expect(lines.map((line) => JSON.parse(line).userName)).toContain("greta");
	await expect(aios("--since", "yesterday")).rejects.toThrow(/a day or an instant/);
});

test("a backup by the terminal opens as a database, while the assistant runs", async () => {
	const aios = (...args: string[]) =>
		run(process.execPath, [join("core", "cli", "index.ts"), ...args], {
			env: { PATH: process.env.PATH, AIOS_DATA_DIR: app.dataDir },
		});
	const file = join(app.dataDir, "backups", "today.db");
	expect((await aios("backup", file)).stdout.trim()).toBe(file);
	const copy = openStore({ path: file });
	expect(audit(copy).list({ user: "bob", limit: 10 }).length).toBeGreaterThan(5);
	copy.close();
	await expect(aios("backup", file)).rejects.toThrow(/already a file/);
	await expect(
		run(process.execPath, [join("core", "cli", "index.ts"), "backup", file], {
			env: { PATH: process.env.PATH, AIOS_DATA_DIR: join(app.dataDir, "nowhere") },
		}),
	).rejects.toThrow(/no database/);
});

test("rows that are too old or too many go to a file for its owner's eyes only, while it runs, and none is lost", async () => {
	const rows = audit(app.store);
	const before = rows.list({ limit: 100_000 });
	const archive = join(app.dataDir, "audit");
	const archived = () =>
		readdirSync(archive).flatMap((name) => {
			expect(statSync(join(archive, name)).mode & 0o777).toBe(0o600);
			return readFileSync(join(archive, name), "utf8")
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line));
		});
	time.pass(31 * dayMs);
	await app.records.tidy();
	expect(rows.list({ limit: 10 })).toEqual([]);
	expect(statSync(archive).mode & 0o777).toBe(0o700);
	expect(archived().map(({ id }) => id)).toEqual(before.map(({ id }) => id).toReversed());
	expect(archived()[0]).toMatchObject({
		action: before.at(-1)?.action,
		at: new Date(before.at(-1)?.at ?? 0).toISOString(),
	});

	const many = Array.from({ length: 3_500 }, (_, count) => ({
		at: time.clock.now().getTime(),
		userId: "u",
		userName: "many",
		credential: null,
		origin: "direct",
		action: "tool.call",
		target: `main:${count}`,
		digest: null,
		outcome: "done" as const,
		code: null,
		turn: null,
	}));
	rows.addAll(many);
	await app.records.tidy();
	const kept = rows.list({ user: "many", limit: 100_000 });
	expect(kept).toHaveLength(1_000);
	expect(kept[0]?.target).toBe("main:3499");
	const targets = [...archived().filter(({ userName }) => userName === "many"), ...kept.toReversed()].map(
		({ target }) => target,
	);
	expect(targets).toEqual(many.map(({ target }) => target));
});

test("a folder that can't be written keeps every row in the database", async () => {
	const rows = audit(app.store);
	const kept = rows.list({ limit: 100_000 }).length;
	const archive = join(app.dataDir, "audit");
	rmSync(archive, { recursive: true });
	writeFileSync(archive, "in the way");
	time.pass(31 * dayMs);
	await app.records.tidy();
	expect(rows.list({ limit: 100_000 })).toHaveLength(kept);
});
