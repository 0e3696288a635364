import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium } from "../../e2e/harness/browser.ts";
import { commands } from "./commands.ts";
import { conversation } from "./conversation.ts";
import { files } from "./files.ts";
import { repositories } from "./repositories.ts";
import { web } from "./web.ts";
import { startWorld, type World } from "./world.ts";

const attempts = [...commands, ...files, ...repositories, ...web, ...conversation];

describe.skipIf(chromium === undefined || process.platform !== "linux")(
	"attempts reported against servers like these",
	() => {
		let world: World;
		beforeAll(async () => {
			world = await startWorld();
		});
		afterAll(() => world?.stop());

		test.each(attempts)("$name ($reported) fails, and ordinary use works", async ({ attempt, legitimate }) => {
			await attempt(world);
			world.unharmed();
			await legitimate(world);
			world.unharmed();
		});
	},
);

test("there are at least thirty, each told apart", () => {
	expect(attempts.length).toBeGreaterThanOrEqual(30);
	expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length);
});
