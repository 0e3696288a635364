import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { z } from "zod";
import { AiosError, type Principal, type ServerDefinition, silentLogger } from "../../core/contract/index.ts";
import { createServerApp } from "../../core/surface/index.ts";
import { builtInServers, portOrder } from "../../servers/index.ts";
import { type Product, startProduct } from "../e2e/harness/product.ts";
import { admin } from "../fixtures/people.ts";
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

/** Where a part outside the machine is missing the answer says so; anything else above 499 is a fault of ours. */
const config = '[checks.not_a_server_error]\nexpected-statuses = ["2xx", "4xx", 502, 503, 504, 507]\n';
const checks = [
	"not_a_server_error",
	"status_code_conformance",
	"content_type_conformance",
	"response_schema_conformance",
	"response_headers_conformance",
].join(",");

/** Runs schemathesis over a description; gives what it found wrong, and how many cases it made. */
async function fuzz(url: string, key: string, options: string[], context: TestContext) {
	if ("missing" in python) return context.skip(python.missing);
	const cwd = mkdtempSync(join(tmpdir(), "schemathesis-"));
	writeFileSync(join(cwd, "schemathesis.toml"), config);
	const fixed = ["--generation-deterministic", "--no-color", "--max-examples", "3"];
	const run = Bun.spawn(
		[
			join(python.bin, "st"),
			...[
				"run",
				`${url}/openapi.json`,
				"--url",
				url,
				"-H",
				`X-API-Key: ${key}`,
				"--checks",
				checks,
				"--continue-on-failure",
			],
			...["--warnings", "off", "--request-timeout", "10", ...fixed, ...options],
		],
		{ cwd, stdout: "pipe", stderr: "pipe" },
	);
	const [output, code] = [await new Response(run.stdout).text(), await run.exited];
	const failures = output.indexOf("= FAILURES =");
	return {
		wrong: code === 0 ? "" : output.slice(failures === -1 ? 0 : failures).slice(0, 6_000),
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

/** The server with every tool refusing after its input was checked: nothing is done to this machine. */
function harmless(definition: ServerDefinition): ServerDefinition {
	const refuse = () => Promise.reject(new AiosError("conflict", "Not done in a test."));
	return { ...definition, tools: definition.tools.map((tool) => ({ ...tool, run: refuse })) };
}

const everything: Principal = { ...admin, permissions: ["*:*:*"] };

test.for(portOrder)(
	"every tool of the %s server checks its input as described",
	{ timeout: 90_000 },
	async (name, context) => {
		const definition = await builtInServers[name]?.();
		if (definition === undefined) throw new Error(`there is no server ${name}`);
		const { app } = createServerApp({
			definition: { ...harmless(definition), requirements: async () => [] },
			adapters: {},
			authenticate: () => everything,
			version: "0",
			log: silentLogger,
		});
		const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch });
		const { wrong, cases } = await fuzz(`http://127.0.0.1:${server.port}`, "any", ["--phases", "coverage"], context);
		await server.stop(true);
		expect(wrong).toBe("");
		expect(cases).toBeGreaterThan(50);
	},
);
