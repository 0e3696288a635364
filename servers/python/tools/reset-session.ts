import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import type { PythonAdapters } from "../adapters/index.ts";
import { sessionName } from "./execution.ts";

/** Ends a session with all it holds. */
export const resetSession = defineTool({
	name: "reset_session",
	title: "Reset Python session",
	description: "Ends a Python session: its variables, files and installed packages are gone.",
	effect: "destructive",
	idempotent: true,
	input: z.object({ session: sessionName }),
	output: z.object({ session: z.string(), existed: z.boolean() }),
	voice: {
		en: {
			sentences: [
				"(reset|clear|restart) [the|my] python [session|variables]",
				"start [a] (new|fresh) python session",
				"start python (over|afresh|again)",
				"(reset|close) [the] python session {session}",
			],
		},
	},
	summary: ({ session }) => `Reset the Python session ${session}; its variables and files will be gone`,
	say: ({ existed, session }) =>
		existed ? `The Python session ${session} is empty again.` : `There is no Python session ${session}.`,
	async run({ session }, { parts }: PythonAdapters, { user }) {
		const { sessions } = await parts();
		return { session, existed: await sessions.reset(user.id, session) };
	},
});
