import { expect, test } from "vitest";
import { audit, history, openStore, turns } from "../../core/store/index.ts";
import { turnNamed } from "./turns.ts";

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
