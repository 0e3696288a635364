import { expect, test } from "vitest";
import { z } from "zod";
import { AiosError, defineTool, silentLogger, slot, systemClock } from "../../core/contract/index.ts";
import { describeServer, describeTool, runTool } from "../../core/surface/index.ts";
import { kit } from "../fixtures/kit/index.ts";
import { admin } from "../fixtures/people.ts";

const stubborn = defineTool({
	name: "stubborn",
	title: "Stubborn",
	description: "Never ends and never listens.",
	effect: "write",
	input: z.object({ times: slot("integer", z.number().int().min(1)).default(1) }),
	output: z.object({}),
	voice: { en: { sentences: ["be stubborn [{times} times]"] } },
	say: () => "",
	run: () => new Promise<Record<string, never>>(() => {}),
});

test("a caller who gives up is let go at once, with the reason given, whatever the tool does", async () => {
	const controller = new AbortController();
	const context = { user: admin, session: "s", signal: controller.signal, clock: systemClock, log: silentLogger };
	const running = runTool({ tool: stubborn, input: {}, adapters: {}, context });
	controller.abort(new AiosError("cancelled", "Stop it."));
	await expect(running).rejects.toMatchObject({ code: "cancelled", message: "Stop it." });
	await expect(runTool({ tool: stubborn, input: {}, adapters: {}, context })).rejects.toMatchObject({
		code: "cancelled",
	});
});

test("a described tool keeps how its fields are spoken, and a defaulted field is not required", () => {
	const { input, effect, role, idempotent } = describeTool("kit", stubborn);
	expect(input).toMatchObject({ properties: { times: { type: "integer", minimum: 1, "x-slot": "integer" } } });
	expect(input).not.toHaveProperty("required");
	expect({ effect, role, idempotent }).toEqual({ effect: "write", role: "user", idempotent: false });
});

test("a server is described tool by tool, in its own order", () => {
	expect(describeServer(kit).map(({ name }) => name)).toEqual(kit.tools.map(({ name }) => name));
});
