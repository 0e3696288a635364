import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { type GatewayUnderTest, startGateway } from "../gateway/mcp/setup.ts";
import { kitProcess, orchestrate } from "../orchestrator/setup.ts";

const inspector = resolve(
	import.meta.dirname,
	"../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
);

let orchestrator: Orchestrator;
let gateway: GatewayUnderTest;

beforeAll(async () => {
	orchestrator = orchestrate({ processes: [kitProcess()] });
	await orchestrator.start();
	gateway = startGateway(orchestrator);
});

afterAll(async () => {
	await gateway.stop();
	await orchestrator.stop();
});

/** Runs MCP Inspector's command line against the gateway and gives what it prints, parsed. */
async function inspect(path: string, ...options: string[]): Promise<unknown> {
	const command = [process.execPath, "--bun", inspector, "--cli", `${gateway.base}${path}`, "--transport", "http"];
	const run = Bun.spawn([...command, ...options], { stdout: "pipe", stderr: "pipe" });
	const [printed, complaint, code] = await Promise.all([
		new Response(run.stdout).text(),
		new Response(run.stderr).text(),
		run.exited,
	]);
	expect({ code, complaint: code === 0 ? "" : complaint }).toEqual({ code: 0, complaint: "" });
	return JSON.parse(printed);
}

const listed = z.object({ tools: z.array(z.object({ name: z.string() })) });

test("MCP Inspector's command line lists the tools of every server", async () => {
	const { tools } = listed.parse(await inspect("/mcp", "--method", "tools/list"));
	expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["kit_echo", "kit_wipe"]));
});

test("MCP Inspector's command line calls a tool of one server by its own name", async () => {
	const call = ["--method", "tools/call", "--tool-name", "add", "--tool-arg", "a=2", "--tool-arg", "b=3"];
	expect(await inspect("/mcp/kit", ...call)).toMatchObject({ structuredContent: { sum: 5 } });
});
