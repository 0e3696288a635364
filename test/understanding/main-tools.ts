import type { CatalogueTool } from "../../core/contract/index.ts";
import { describeServer } from "../../core/surface/index.ts";
import { createMainServer } from "../../servers/main/index.ts";

const unused = () => {
	throw new Error("only the definitions are used here");
};

/** The main server's tools as the catalogue has them; nothing is started. */
export function mainTools(): CatalogueTool[] {
	const store = { add: unused, of: unused, due: unused, nextDue: unused, moveTo: unused, remove: unused };
	const lists = { add: unused, items: unused, names: unused, remove: unused };
	return describeServer(
		createMainServer({ schedules: store, lists, status: unused, catalogue: unused, lastTurn: unused }),
	);
}

/** Monday, 23 November 2026, three in the afternoon where the test runs. */
export const monday = new Date(2026, 10, 23, 15, 0, 0);
