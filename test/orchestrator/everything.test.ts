import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { admin } from "../fixtures/people.ts";
import { startProgram } from "../fixtures/start-program.ts";
import { keep, start } from "./keep.ts";
import { as } from "./setup.ts";

const everything = resolve(
	import.meta.dirname,
	"../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
);

async function useIt(orchestrator: Orchestrator): Promise<void> {
	const call = (tool: string, input: Record<string, unknown>) =>
		orchestrator.dispatcher.call({ server: "everything", tool, arguments: input }, as());
	expect((await call("echo", { message: "hi" })).say).toContain("hi");
	expect((await call("get-sum", { a: 2, b: 40 })).say).toContain("42");
	expect((await call("get-tiny-image", {})).attachments[0]).toMatchObject({ mimeType: "image/png" });
	expect((await call("get-structured-content", { location: "New York" })).output).toHaveProperty("temperature");
	const line = await orchestrator.mcp("everything");
	expect(line?.offers("prompts")).toBe(true);
}

test.each([
	["Streamable HTTP", "streamableHttp", "/mcp"],
	["the transport of 2024", "sse", "/sse"],
])("MCP's reference server registers and works over %s", async (_name, transport, path) => {
	const command = () => [process.execPath, everything, transport];
	const program = keep(await startProgram(command, "/", (port) => ({ PORT: String(port) })));
	const orchestrator = await start();
	const registered = await orchestrator.register({ name: "everything", url: `${program.url}${path}` }, admin);
	expect(registered).toMatchObject({ status: "healthy" });
	await useIt(orchestrator);
});

test("MCP's reference server registers and works as a program", async () => {
	const orchestrator = await start();
	const command = { command: process.execPath, args: [everything, "stdio"] };
	const registered = await orchestrator.register({ name: "everything", type: "stdio", ...command }, admin);
	expect(registered.tools).toContain("echo");
	await useIt(orchestrator);
});
