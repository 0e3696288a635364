import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { badImports } from "./arrows.ts";

const root = join(import.meta.dirname, "..", "..");

test("no import points back, reaches past an index.ts or joins two servers", () => {
	expect(badImports(root)).toEqual([]);
});

describe("the check itself finds", () => {
	const trees: string[] = [];
	afterEach(() => {
		for (const tree of trees.splice(0)) rmSync(tree, { recursive: true, force: true });
	});

	function check(files: Record<string, string>): string[] {
		const tree = mkdtempSync(join(tmpdir(), "aios-arrows-"));
		trees.push(tree);
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(tree, path)), { recursive: true });
			writeFileSync(join(tree, path), text);
		}
		return badImports(tree).map(({ from, reason }) => `${from}: ${reason}`);
	}

	test("an arrow that points back", () => {
		expect(check({ "core/contract/index.ts": `import { listen } from "../voice/index.ts";` })).toEqual([
			"core/contract/index.ts: core/contract may not know core/voice",
		]);
	});

	test("two parts of the core that know each other", () => {
		expect(check({ "core/voice/loop.ts": `export { store } from "../store/index.ts";` })).toEqual([
			"core/voice/loop.ts: core/voice may not know core/store",
		]);
	});

	test("two servers that know each other, by a lazy import too", () => {
		expect(check({ "servers/main/index.ts": `export const other = () => import("../system/index.ts");` })).toEqual([
			"servers/main/index.ts: servers/main may not know servers/system",
		]);
	});

	test("a type taken from where it may not be", () => {
		expect(
			check({
				"ui/web/src/app.tsx": `import type { Store } from "../../../core/store/index.ts";`,
				"models/find.ts": `export type Log = import("../core/gateway/index.ts").Log;`,
			}),
		).toEqual([
			"models/find.ts: models may not know core/gateway",
			"ui/web/src/app.tsx: ui/web may not know core/store",
		]);
	});

	test("a hand that reaches past an index.ts", () => {
		expect(
			check({
				"core/gateway/app.ts": `import { open } from "../store/open.ts";`,
				"models/stt/index.ts": "export {};",
				"models/engines.ts": `import "./stt/whisper.ts";`,
			}),
		).toEqual([
			"core/gateway/app.ts: reaches past core/store/index.ts",
			"models/engines.ts: reaches past models/stt/index.ts",
		]);
	});

	test("a package the contract may not have", () => {
		expect(check({ "core/contract/tool.ts": `import { z } from "zod";\nimport { Hono } from "hono";` })).toEqual([
			"core/contract/tool.ts: core/contract may not use the package hono",
		]);
	});

	test("nothing where everything points the right way", () => {
		expect(
			check({
				"core/main.ts": `import "./gateway/index.ts";\nimport "../servers/index.ts";\nimport "../models/engines.ts";`,
				"core/gateway/index.ts": `import "./app.ts";\nimport "../store/index.ts";\nimport { z } from "zod";`,
				"core/cli/models.ts": `import "../../models/catalog.ts";\nimport "../contract/index.ts";`,
				"servers/index.ts": `export const main = () => import("./main/index.ts");`,
				"servers/main/index.ts": `import "./tools/get-time.ts";\nimport "../../core/text/index.ts";`,
				"servers/main/tools/get-time.ts": `import { defineTool } from "../../../core/contract/index.ts";`,
				"ui/web/src/app.tsx": `import { serverEvents } from "../../../core/contract/index.ts";`,
			}),
		).toEqual([]);
	});
});
