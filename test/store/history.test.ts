import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { audit, history, openStore, turns } from "../../core/store/index.ts";
import { turnNamed } from "./turns.ts";

const folder = mkdtempSync(join(tmpdir(), "aios-history-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turn = (id: string) => turnNamed(id).turn;
const entry = (id: string) => turnNamed(id).audit;

test("a turn and what the audit log says of it are written together or not at all", () => {
	const store = openStore({ path: ":memory:" });
	try {
		history(store).add([{ turn: turn("a"), audit: entry("a") }, { turn: turn("b") }]);
		// SQLite refuses a row without a target.
		const broken = JSON.parse(JSON.stringify({ turn: turn("c"), audit: { ...entry("c"), target: null } }));
		expect(() => history(store).add([broken])).toThrow();
		expect(
			turns(store)
				.list({ limit: 10 })
				.map(({ id }) => id),
		).toEqual(["b", "a"]);
		expect(
			audit(store)
				.list({ limit: 10 })
				.map((row) => row.turn),
		).toEqual(["a"]);
	} finally {
		store.close();
	}
});

test("a burst of turns is kept whole, in order and as it was", () => {
	const store = openStore({ path: ":memory:" });
	try {
		const burst = Array.from({ length: 21 }, (_, index) => ({
			...turn(`t${index}`),
			arguments: { text: "it's 100 % “so”", list: [index] },
			...(index % 2 === 0 ? {} : { tool: null, arguments: null, text: "what time is it", confidence: 0.5 }),
		}));
		history(store).add(burst.map((one) => ({ turn: one, audit: entry(one.id) })));
		const kept = turns(store).list({ limit: 100 });
		expect(kept.map(({ seq: _, ...rest }) => rest).reverse()).toEqual(burst);
		expect(audit(store).list({ limit: 100 })).toHaveLength(burst.length);
	} finally {
		store.close();
	}
});

test("turns that don't wait for the disk are there for everybody at once; all other writes wait as before", async () => {
	const path = join(folder, "aios.db");
	const [store, other] = [openStore({ path }), openStore({ path })];
	const waits = () => store.db.$client.query("PRAGMA synchronous").values();
	const written = history(store).addSoon([{ turn: turn("a"), audit: entry("a") }]);
	expect(turns(other).list({ limit: 10 })).toHaveLength(1);
	expect(waits()).toEqual([[2]]);
	await written;

	const broken = JSON.parse(JSON.stringify({ turn: { ...turn("b"), reply: null } }));
	expect(() => history(store).addSoon([broken])).toThrow();
	expect(waits()).toEqual([[2]]);

	const burst = Array.from({ length: 20 }, (_, index) => history(store).addSoon([{ turn: turn(`c${index}`) }]));
	store.close();
	await Promise.all(burst);
	expect(turns(other).list({ limit: 100 })).toHaveLength(21);
	other.close();
});
