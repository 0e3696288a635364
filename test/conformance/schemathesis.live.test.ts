import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { z } from "zod";
import { type Product, startProduct } from "../e2e/harness/product.ts";
import { acceptedStatuses, commonOptions, findings } from "../fixtures/fuzz/options.ts";
import { pythonWith, schemaPackages } from "../fixtures/python-venv.ts";

let python: Awaited<ReturnType<typeof pythonWith>>;
let product: Product | undefined;

beforeAll(async () => {
	python = await pythonWith(schemaPackages);
	if ("missing" in python) return;
	product = await startProduct();
	// The sandbox of what it may do, and no limit on how often.
	const folders = [mkdtempSync(join(tmpdir(), "fuzzed-"))];
	const settings = { auth: { callsPerMinute: 1_000_000 }, folders };
	writeFileSync(join(product.dataDir, "aios.config.json"), JSON.stringify(settings));
	await product.stop();
	await product.start();
}, 500_000);

afterAll(async () => {
	await product?.dispose();
});

/** Runs schemathesis over a description; gives what it found wrong, and how many cases it made. */
async function fuzz(url: string, key: string, options: string[], context: TestContext) {
	if ("missing" in python) return context.skip(python.missing);
	const cwd = mkdtempSync(join(tmpdir(), "schemathesis-"));
	writeFileSync(join(cwd, "schemathesis.toml"), acceptedStatuses);
	const fixed = ["--generation-deterministic", "--max-examples", "3"];
	const target = ["run", `${url}/openapi.json`, "--url", url, "-H", `X-API-Key: ${key}`];
	const run = Bun.spawn([join(python.bin, "st"), ...target, ...commonOptions, ...fixed, ...options], {
		cwd,
		stdout: "pipe",
		stderr: "pipe",
	});
	const [output, code] = [await new Response(run.stdout).text(), await run.exited];
	return {
		wrong: code === 0 ? "" : findings(output) || output.slice(-6_000),
		cases: Number(/(\d+) generated/.exec(output)?.[1] ?? 0),
	};
}

async function keyFor(scopes: string[]): Promise<string> {
	const made = await product?.post("/api_keys", { name: "fuzz", scopes }, z.object({ key: z.string() }));
	return made?.key ?? "";
}

/** What starts programs and tools is asked with rights to read alone: it must refuse in the way it describes. */
const starting = ["/register_server", "/command", "/plugins/{name}/enable"];

test("the gateway answers whatever is sent to it in the way it describes itself", {
	timeout: 120_000,
}, async (context) => {
	const paths = (option: string) => ["--phases", "coverage,fuzzing", ...starting.flatMap((path) => [option, path])];
	const url = product?.url ?? "";
	const careful = await fuzz(url, await keyFor(["*:*:read"]), paths("--include-path"), context);
	expect(careful.wrong).toBe("");
	expect(careful.cases).toBeGreaterThan(20);
	const { wrong, cases } = await fuzz(url, await keyFor(["*:*:*"]), paths("--exclude-path"), context);
	expect(wrong).toBe("");
	expect(cases).toBeGreaterThan(300);
});
