import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import type { PythonAdapters } from "../adapters/index.ts";

/** The Python sessions that are open. */
export const listSessions = defineTool({
	name: "list_sessions",
	title: "List Python sessions",
	description: "Your open Python sessions: what they are doing and how many cells they have run.",
	effect: "read",
	role: "user",
	input: z.object({}),
	output: z.object({
		sessions: z.array(
			z.object({
				name: z.string(),
				busy: z.boolean(),
				cells: z.number().int(),
				created: z.string(),
				last_used: z.string(),
				executions: z.array(z.object({ execution: z.string(), status: z.string() })),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [all] [the|my] [open|running] python sessions",
				"(which|what|how many) python sessions (are [there] [open|running|active]|do i have [open|running])",
				"(are there|do i have) any [open] python sessions [open|running]",
			],
		},
	},
	say({ sessions }) {
		if (sessions.length === 0) return "There is no Python session open.";
		const names = sessions.map(({ name, busy }) => (busy ? `${name}, which is busy` : name));
		return sessions.length === 1
			? `One Python session is open: ${names[0]}.`
			: `${sessions.length} Python sessions are open: ${names.join("; ")}.`;
	},
	async run(_input, { parts }: PythonAdapters, { user }) {
		const { sessions } = await parts();
		return {
			sessions: sessions.list(user.id).map(({ name, session, created }) => ({
				name,
				busy: session.busy,
				cells: session.cells,
				created: created.toISOString(),
				last_used: session.lastUsed.toISOString(),
				executions: session.executions.map(({ id, status }) => ({ execution: id, status })),
			})),
		};
	},
});
