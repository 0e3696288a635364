import { resolve } from "node:path";
import { beforeAll, expect, type TestContext, test } from "vitest";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { admin } from "../fixtures/people.ts";
import { pythonWith, serverPackages } from "../fixtures/python-venv.ts";
import { startProgram } from "../fixtures/start-program.ts";
import { keep, start } from "./keep.ts";
import { as } from "./setup.ts";

const scripts = resolve(import.meta.dirname, "../fixtures/python");
let python: Awaited<ReturnType<typeof pythonWith>>;

beforeAll(async () => {
	python = await pythonWith(serverPackages);
}, 400_000);

/** Starts a script with its server on a free port; skips where the packages could not be had. */
async function serve(script: string, context: TestContext): Promise<{ url: string; orchestrator: Orchestrator }> {
	if ("missing" in python) return context.skip(python.missing);
	const { bin } = python;
	const command = (port: number) => [`${bin}/python`, `${scripts}/${script}`, String(port)];
	const program = keep(await startProgram(command, "/health"));
	return { url: program.url, orchestrator: await start() };
}

test("the specification's own Python example registers exactly as written, and its endpoint is a tool", async (context) => {
	const { url, orchestrator } = await serve("specification.py", context);
	expect(await orchestrator.register({ name: "custom_server", url, type: "custom" }, admin)).toEqual({
		name: "custom_server",
		url,
		type: "custom",
		status: "healthy",
		tools: ["custom_endpoint"],
	});
	const call = { server: "custom_server", tool: "custom_endpoint", arguments: { order: "coffee", cups: 2 } };
	expect((await orchestrator.dispatcher.call(call, as())).output).toEqual({
		result: "success",
		data: { order: "coffee", cups: 2 },
	});
});

test("the same with FastMCP mounted as its manual says registers by MCP", async (context) => {
	const { url, orchestrator } = await serve("mounted.py", context);
	const registered = await orchestrator.register({ name: "custom_server", url }, admin);
	expect(registered).toMatchObject({ status: "healthy", tools: ["repeat"] });
	const call = { tool: "repeat", arguments: { text: "ha", times: 3 } };
	expect((await orchestrator.dispatcher.call(call, as())).output).toEqual({ result: "ha ha ha" });
	expect(await orchestrator.mcp("custom_server")).toMatchObject({ endpoint: `${url}/mcp/` });
});
