import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { startConformanceServer } from "../fixtures/conformance/index.ts";
import { admin } from "../fixtures/people.ts";
import { type GatewayUnderTest, startGateway } from "../gateway/mcp/setup.ts";
import { orchestrate } from "../orchestrator/setup.ts";

const suite = resolve(import.meta.dirname, "../../node_modules/@modelcontextprotocol/conformance/dist/index.js");

let server: ReturnType<typeof startConformanceServer>;
let orchestrator: Orchestrator;
let gateway: GatewayUnderTest;
const urls: Record<string, string> = {};

beforeAll(async () => {
	server = startConformanceServer();
	orchestrator = orchestrate();
	await orchestrator.start();
	await orchestrator.register({ name: "conformance", url: server.url }, admin);
	gateway = startGateway(orchestrator);
	urls.directly = `${server.url}/mcp`;
	urls["through the gateway"] = `${gateway.base}/mcp/conformance`;
});

afterAll(async () => {
	await gateway.stop();
	await orchestrator.stop();
	await server.stop();
});

/** Runs the suite; its exit code is 0 only where every required scenario passed. */
async function conform(url: string, revision: string): Promise<{ code: number; summary: string }> {
	const suiteRun = Bun.spawn([process.execPath, "--bun", suite, "server", "--url", url, "--requirements", revision], {
		cwd: mkdtempSync(join(tmpdir(), "conformance-")),
		stdout: "pipe",
		stderr: "pipe",
	});
	const output = await new Response(suiteRun.stdout).text();
	return { code: await suiteRun.exited, summary: output.slice(output.indexOf("=== SUMMARY")) };
}

describe.each(["directly", "through the gateway"])("%s", (way) => {
	test.each(["2025-11-25", "2026-07-28"])(
		"every required scenario of %s passes",
		{ timeout: 180_000 },
		async (revision) => {
			const { code, summary } = await conform(urls[way] ?? "", revision);
			const required = summary.split("Not scored")[0] ?? "";
			expect(required).toContain("✓ tools-call-simple-text");
			expect(required).toContain("✓ prompts-get-with-image");
			expect({ code, summary: code === 0 ? "" : summary }).toEqual({ code: 0, summary: "" });
		},
	);

	test.each(["auto", "legacy"] as const)("text and error tools say what they should (%s)", async (mode) => {
		const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
		await client.connect(new StreamableHTTPClientTransport(new URL(urls[way] ?? "")));
		expect(await client.callTool({ name: "test_simple_text", arguments: {} })).toMatchObject({
			content: [{ type: "text", text: "This is a simple text response for testing." }],
		});
		expect(await client.callTool({ name: "test_error_handling", arguments: {} })).toMatchObject({
			isError: true,
			content: [{ type: "text", text: "This tool intentionally returns an error for testing" }],
		});
		await client.close();
	});
});

test("resources and prompts of a server are on the common endpoint too, under prefixed names", async () => {
	const client = await gateway.connect("/mcp");
	const { resources } = await client.listResources();
	expect(resources.map(({ uri }) => uri)).toContain("conformance+test://static-text");
	expect(await client.readResource({ uri: "conformance+test://static-text" })).toMatchObject({
		contents: [{ uri: "conformance+test://static-text", text: "This is the content of the static text resource." }],
	});
	const { prompts } = await client.listPrompts();
	expect(prompts.map(({ name }) => name)).toContain("conformance_test_simple_prompt");
	expect(await client.getPrompt({ name: "conformance_test_simple_prompt" })).toMatchObject({
		messages: [{ content: { text: "This is a simple prompt for testing." } }],
	});
	const ref = { type: "ref/prompt" as const, name: "conformance_test_prompt_with_arguments" };
	expect((await client.complete({ ref, argument: { name: "arg1", value: "par" } })).completion.values).toContain(
		"paris",
	);
	await expect(client.readResource({ uri: "conformance+test://nothing" })).rejects.toThrow("not found");
	await client.close();
});

test.each(["auto", "legacy"] as const)(
	"a tool that asks back is answered through the common endpoint too (%s)",
	async (mode) => {
		const asked: string[] = [];
		const asking = new Client(
			{ name: "test", version: "1" },
			{ versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
		);
		asking.setRequestHandler("elicitation/create", ({ params }) => {
			asked.push(params.message);
			return { action: "accept", content: { username: "ada", email: "ada@example.org", name: "Ada" } };
		});
		const client = await gateway.connect("/mcp", { client: asking });
		const name = mode === "auto" ? "test_input_required_result_elicitation" : "test_elicitation";
		const input = { message: "Who are you?" };
		const result = await client.callTool({ name: `conformance_${name}`, arguments: input });
		expect(asked).toHaveLength(1);
		expect(JSON.stringify(result.content)).toMatch(/[Aa]da/);
		await client.close();
	},
);
