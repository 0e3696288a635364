import { expect, test } from "vitest";
import { type Clock, silentLogger } from "../../core/contract/index.ts";
import { createJournal } from "../../core/orchestrator/index.ts";

function setUp(write?: () => void) {
	const disk: string[][] = [];
	const due: (() => void)[] = [];
	const clock: Clock = {
		now: () => new Date(),
		after(_, callback) {
			due.push(callback);
			return () => void due.splice(due.indexOf(callback), 1);
		},
	};
	const add = (rows: readonly string[]) => {
		write?.();
		disk.push([...rows]);
	};
	const journal = createJournal<string>({
		add,
		addSoon(rows) {
			add(rows);
			return Promise.resolve();
		},
		clock,
		log: silentLogger,
	});
	return { journal, disk, wait: () => due.splice(0).forEach((callback) => void callback()) };
}

test("what acted is on disk when it is acknowledged, with all that came in the same moment, in one write", async () => {
	const { journal, disk } = setUp();
	const seen = (written: Promise<unknown>) => written.then(() => disk.length);
	const [acted, read, later] = [seen(journal.keep("a")), seen(journal.note("b")), seen(journal.keep("c"))];
	expect(disk).toEqual([]);
	expect(await Promise.all([acted, read, later])).toEqual([1, 1, 1]);
	expect(disk).toEqual([["a", "b", "c"]]);
	await journal.keep("d");
	expect(disk[1]).toEqual(["d"]);
});

test("what only read is acknowledged before it is written, and written within a moment", async () => {
	const { journal, disk, wait } = setUp();
	await Promise.all([journal.note("a"), journal.note("b")]);
	expect(disk).toEqual([]);
	wait();
	expect(disk).toEqual([["a", "b"]]);
});

test("a burst of reads is written before it grows large", async () => {
	const { journal, disk } = setUp();
	for (let turn = 0; turn < 60; turn++) {
		await Promise.all(Array.from({ length: 32 }, (_, index) => journal.note(`${turn}.${index}`)));
	}
	expect(disk.flat().length).toBeGreaterThan(60 * 32 - 600);
	expect(Math.max(...disk.map((rows) => rows.length))).toBeLessThan(600);
});

test("what is asked for is written at once", async () => {
	const { journal, disk } = setUp();
	const noted = journal.note("a");
	journal.flush();
	expect(disk).toEqual([["a"]]);
	await noted;
});

test("on a full disk who acted is told at once, and the rows are written in their order when there is room", async () => {
	let room = false;
	const { journal, disk, wait } = setUp(() => {
		if (!room) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
	});
	const read = journal.note("a");
	expect(await journal.keep("b")).toMatchObject({ code: "disk_full" });
	expect(await read).toBeUndefined();
	const kept = journal.keep("c");
	// Somebody who asks for the history writes what waits, and can't either.
	expect(journal.flush()).toMatchObject({ code: "disk_full" });
	expect(await kept).toMatchObject({ code: "disk_full" });
	wait();
	expect(journal.trouble()).toMatchObject({ error: { code: "disk_full" } });
	room = true;
	wait();
	expect(disk).toEqual([["a", "b", "c"]]);
	expect(journal.trouble()).toBeUndefined();
	expect(await journal.keep("d")).toBeUndefined();
});

test("a row that can't be written for another reason keeps no other from it", async () => {
	let broken = true;
	const { journal, disk, wait } = setUp(() => {
		if (broken) throw new Error("NOT NULL constraint failed");
	});
	expect(await journal.keep("a")).toMatchObject({ code: "internal" });
	broken = false;
	wait();
	await journal.keep("b");
	expect(disk).toEqual([["b"]]);
});
