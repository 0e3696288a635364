import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import { lists, openStore, schedules } from "../../core/store/index.ts";

let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "store-"));
	path = join(folder, "aios.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failure(work: () => unknown): AiosError {
	try {
		work();
	} catch (error) {
		if (error instanceof AiosError) return error;
		throw error;
	}
	throw new Error("nothing failed");
}

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe("what was written is there after a restart", () => {
	test("lists and schedules", () => {
		const first = openStore({ path });
		expect(lists(first).add("anna", "shopping", "milk", 1)).toBe(true);
		expect(lists(first).add("anna", "shopping", "milk", 2)).toBe(false);
		lists(first).add("bob", "shopping", "beer", 3);
		const alarm = {
			id: "a",
			userId: "anna",
			kind: "alarm",
			label: null,
			dueAt: 5,
			createdAt: 1,
			seconds: null,
			wallTime: "07:30",
			days: [1, 2],
		} as const;
		schedules(first).add({ ...alarm, days: [...alarm.days] });
		first.close();
		first.close();

		const second = openStore({ path });
		expect(lists(second).items("anna", "shopping")).toEqual(["milk"]);
		expect(lists(second).items("anna", "holidays")).toBeUndefined();
		expect(lists(second).names("bob")).toEqual([{ name: "shopping", items: 1 }]);
		expect(lists(second).remove("anna", "shopping", "beer")).toBe(false);
		expect(lists(second).remove("anna", "shopping", "milk")).toBe(true);
		expect(schedules(second).of("anna", "alarm")).toEqual([alarm]);
		expect(schedules(second).of("bob", "alarm")).toEqual([]);
		expect(schedules(second).due(4)).toEqual([]);
		expect(schedules(second).due(5)).toHaveLength(1);
		expect(schedules(second).nextDue()).toBe(5);
		schedules(second).moveTo("a", 9);
		expect(schedules(second).nextDue()).toBe(9);
		expect(schedules(second).remove("a")).toBe(true);
		expect(schedules(second).remove("a")).toBe(false);
		expect(schedules(second).nextDue()).toBeUndefined();
		second.close();
	});
});

test("several processes may open a new store at the same moment", async () => {
	const starting = ["anna", "bob", "carl", "dora"].map(
		(who) =>
			new Promise<number | null>((done) => {
				const child = spawn(process.execPath, [resolve(import.meta.dirname, "writer.ts"), path, who], {
					stdio: ["ignore", "pipe", "inherit"],
					env: { PATH: process.env.PATH },
				});
				// The first write acknowledged is all that is asked of it.
				child.stdout.once("data", () => child.kill("SIGKILL"));
				child.once("exit", (code) => done(code));
			}),
	);
	// Killed by us, so there is no exit code; one that failed has one.
	expect(await Promise.all(starting)).toEqual([null, null, null, null]);
});

describe("a backup", () => {
	test("is complete, private and opens as a store while the first is in use", () => {
		const store = openStore({ path });
		lists(store).add("anna", "shopping", "milk", 1);
		const copy = join(folder, "backups", "copy.db");
		store.backup(copy);
		lists(store).add("anna", "shopping", "eggs", 2);
		expect(mode(copy)).toBe("600");
		const restored = openStore({ path: copy });
		expect(lists(restored).items("anna", "shopping")).toEqual(["milk"]);
		restored.close();
		store.close();
	});

	test("never overwrites a file", () => {
		const store = openStore({ path });
		const taken = join(folder, "taken");
		writeFileSync(taken, "precious");
		expect(failure(() => store.backup(taken)).code).toBe("conflict");
		expect(readFileSync(taken, "utf8")).toBe("precious");
		store.close();
	});
});

describe("the file", () => {
	test("is for its owner's eyes only, and so is its log", () => {
		const store = openStore({ path });
		lists(store).add("anna", "shopping", "milk", 1);
		for (const file of readdirSync(folder)) expect(mode(join(folder, file))).toBe("600");
		store.close();
	});

	test("that is damaged stops the start, is set aside whole, and the error says where", () => {
		const store = openStore({ path });
		for (let count = 0; count < 500; count++) lists(store).add("anna", "shopping", `something to buy ${count}`, count);
		store.close();
		const bytes = readFileSync(path);
		bytes.fill(0xa5, 8_192, bytes.length - 4_096);
		writeFileSync(path, bytes);
		const error = failure(() => openStore({ path }));
		expect(error.code).toBe("internal");
		expect(error.fix).toContain("backup");
		const kept = String(error.details?.kept);
		expect(readFileSync(kept).equals(bytes)).toBe(true);
	});

	test("that is no database is set aside too", () => {
		writeFileSync(path, "these are my notes ".repeat(1_000));
		const error = failure(() => openStore({ path }));
		expect(readFileSync(String(error.details?.kept), "utf8")).toContain("my notes");
	});

	test("that was cut short is found out", () => {
		const store = openStore({ path });
		for (let count = 0; count < 500; count++) lists(store).add("anna", "shopping", `something to buy ${count}`, count);
		store.close();
		truncateSync(path, statSync(path).size - 8_192);
		expect(failure(() => openStore({ path })).message).toContain("damaged");
	});

	test("of a newer version is left alone", () => {
		const store = openStore({ path });
		store.db.run(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', ${Date.UTC(2100, 0)})`);
		store.close();
		const error = failure(() => openStore({ path }));
		expect(error.code).toBe("conflict");
		expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
	});

	test("that can't be made is an error with what to do", () => {
		writeFileSync(join(folder, "file"), "");
		const error = failure(() => openStore({ path: join(folder, "file", "aios.db") }));
		expect(error.code).toBe("unavailable");
		expect(error.fix).toBeDefined();
	});
});
