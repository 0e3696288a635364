import { expect, test } from "vitest";
import { z } from "zod";
import { defineServer, defineTool, type Logger } from "../../core/contract/index.ts";
import { createServerApp } from "../../core/surface/index.ts";
import { admin } from "../fixtures/people.ts";

test("what a tool logs, and why it failed, is in its server's log with the turn of the caller", async () => {
	const logged: unknown[] = [];
	const write = (message: string, fields?: object) => void logged.push({ message, ...fields });
	const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
	const break_it = defineTool({
		name: "break_it",
		title: "Break",
		description: "Breaks.",
		effect: "read",
		input: z.object({}),
		output: z.object({}),
		voice: { en: { sentences: [] } },
		say: () => "",
		run(_input, _adapters, context) {
			context.log.info("about to break");
			throw new TypeError("a bug");
		},
	});
	const definition = defineServer({
		name: "glass",
		title: "Glass",
		description: "",
		port: 1,
		tools: [break_it],
		adapters: () => ({}),
	});
	const { app } = createServerApp({ definition, adapters: {}, authenticate: () => admin, version: "1", log });
	const prefix = "io.modelcontextprotocol/";
	const answer = await app.request("http://localhost/mcp", {
		method: "POST",
		headers: {
			host: "localhost",
			"content-type": "application/json",
			accept: "application/json, text/event-stream",
			"mcp-protocol-version": "2026-07-28",
			"mcp-method": "tools/call",
			"mcp-name": "break_it",
		},
		body: JSON.stringify({
			jsonrpc: "2.0",
			id: 1,
			method: "tools/call",
			params: {
				name: "break_it",
				arguments: {},
				_meta: {
					"aios/turn": "turn-7",
					[`${prefix}protocolVersion`]: "2026-07-28",
					[`${prefix}clientInfo`]: { name: "test", version: "1" },
					[`${prefix}clientCapabilities`]: {},
				},
			},
		}),
	});
	expect(answer.status).toBe(200);
	expect(await answer.text()).not.toContain("turn-log.test.ts");
	expect(logged).toMatchObject([
		{ message: "about to break", turn: "turn-7" },
		{ message: "a tool failed", turn: "turn-7", tool: "break_it", stack: expect.stringContaining("turn-log.test.ts") },
	]);
});
