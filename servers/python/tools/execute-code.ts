import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { patienceOf, waitMs } from "../../../core/work/index.ts";
import { needsEnvironment, type PythonAdapters } from "../adapters/index.ts";
import { executionSchema, report, sayExecution, sessionName, settle, streamOutput } from "./execution.ts";

/** Runs Python in a session that keeps its variables. */
export const executeCode = defineTool({
	name: "execute_code",
	title: "Run Python",
	description:
		"Runs Python code in an isolated session that keeps its variables. Gives what it printed, the value of the last expression, tables and plots.",
	effect: "write",
	input: z.object({
		code: slot("text", z.string().min(1).max(1_000_000)),
		session: sessionName,
		timeout_ms: z.number().int().min(100).max(3_600_000).default(300_000).describe("After this the code is stopped"),
	}),
	output: executionSchema,
	voice: {
		en: {
			sentences: [
				"(run|execute) [the|this|some|a bit of] [python] (code|program|script|snippet) {code}",
				"(run|execute) [in] python {code}",
				"(run|execute|try) this in python {code}",
				"use python to [run|execute|calculate|compute] {code}",
				"(run|execute|evaluate|try) {code} (in|with|using) python",
				"(ask|tell) python [to] [run] {code}",
			],
			examples: ["run some python", "execute this python code"],
			ask: { code: "What code should I run?" },
		},
	},
	timeoutMs: 58_000,
	summary: ({ code, session }) => `Run Python in session ${session}: ${code}`,
	say: (output) => sayExecution(output),
	attachments: ({ images }) => images,
	async run({ code, session: name, timeout_ms }, { parts, announce }: PythonAdapters, context) {
		const { signal, user, progress } = context;
		const { sessions, environment } = await parts();
		const began = Date.now();
		if (needsEnvironment(code)) await environment.ensure({ signal, progress, waitMs });
		const session = await sessions.open(user.id, name);
		const { lost } = session;
		const execution = session.execute(code, timeout_ms);
		session.lost = undefined;
		const watch = streamOutput(execution, (printed, message) => progress({ progress: printed, message }));
		await settle(execution, signal, patienceOf(context) - (Date.now() - began)).finally(() => clearInterval(watch));
		const told = execution.status === "running" && context.words === true && announce !== undefined;
		if (told) {
			void execution.ended.then(() => {
				if (execution.status === "interrupted") return;
				const text = `The Python code is through. ${sayExecution(report(execution, name))}`;
				announce({ text, kind: "notice", userId: user.id });
			});
		}
		return { ...report(execution, name, lost), told };
	},
});
