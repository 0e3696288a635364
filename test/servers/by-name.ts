import { type ServerDefinition, silentLogger, systemClock } from "../../core/contract/index.ts";
import { createLocalServer } from "../../core/surface/index.ts";
import { admin } from "../fixtures/people.ts";

/** Calls a server's tools by name, checked and mapped as the surface does it. */
export function callerOf(definition: ServerDefinition, adapters: unknown) {
	const local = createLocalServer({ definition, adapters, clock: systemClock, log: silentLogger });
	return (tool: string, input: unknown) =>
		local.run(tool, input, { user: admin, session: "s", signal: new AbortController().signal });
}
