import { silentLogger, systemClock, type ToolContext } from "../../../core/contract/index.ts";

/** A tool context as a signed-in user's call has it. */
export function toolContext(
	signal: AbortSignal = new AbortController().signal,
	more: Partial<ToolContext> = {},
): ToolContext {
	return {
		signal,
		progress() {},
		user: { id: "u1", name: "test", role: "administrator", permissions: ["*:*:*"], via: "token" },
		session: "s1",
		clock: systemClock,
		log: silentLogger,
		...more,
	};
}
