import { onTestFinished } from "vitest";
import type { Orchestrator } from "../../core/orchestrator/index.ts";
import { orchestrate } from "./setup.ts";

/** Stops a part when the test that opened it ends; what was opened last is stopped first. */
export function keep<T extends { stop(): unknown }>(part: T): T {
	onTestFinished(async () => {
		await part.stop();
	});
	return part;
}

/** An orchestrator that has started, and runs until the test ends. */
export async function start(...args: Parameters<typeof orchestrate>): Promise<Orchestrator> {
	const orchestrator = keep(orchestrate(...args));
	await orchestrator.start();
	return orchestrator;
}
