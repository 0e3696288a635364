import { expect, test } from "vitest";
import { describeServer } from "../../core/surface/index.ts";
import { builtInServers } from "../../servers/index.ts";
import { mainTools } from "../understanding/main-tools.ts";

/** Milliseconds after which clients of MCP give a call up (the default of the TypeScript SDK). */
const clientsWaitMs = 60_000;

test("every tool answers before its client gives up: what may take longer has a handle", async () => {
	const own = await Promise.all(Object.values(builtInServers).map(async (load) => describeServer(await load())));
	const tools = [...own.flat(), ...mainTools()];
	expect(tools.length).toBeGreaterThan(140);
	expect(tools.filter(({ timeoutMs }) => timeoutMs >= clientsWaitMs).map(({ name }) => name)).toEqual([]);
});

test("what waits for long work gives its handle, and the same server has a tool to look at it", async () => {
	for (const load of Object.values(builtInServers)) {
		const tools = describeServer(await load());
		const fields = (schema: Record<string, unknown>) => Object.keys(Object(schema.properties));
		const waiting = tools.filter(({ input }) => fields(input).includes("wait_ms"));
		for (const { name, output, input } of waiting) {
			expect(fields(output), name).toEqual(expect.arrayContaining(["status"]));
			const looks = waiting.filter(
				(one) => one.effect === "read" && fields(one.input).some((field) => /^(id|execution)$/.test(field)),
			);
			expect(
				looks.map((one) => one.name),
				`${name} ${fields(input)}`,
			).not.toEqual([]);
		}
	}
});
