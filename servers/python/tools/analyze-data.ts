import { readFile, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AiosError, defineTool, type Progress, slot } from "../../../core/contract/index.ts";
import {
	ending,
	endingAfter,
	lasting,
	lookFields,
	looking,
	lookingAfter,
	workIdField,
} from "../../../core/work/index.ts";
import type { Execution, PythonAdapters } from "../adapters/index.ts";
import { findData, placeData } from "./data-source.ts";
import { type ExecutionReport, executionSchema, report, settle, streamOutput } from "./execution.ts";

/** Milliseconds after which reading and drawing is stopped. */
const longestMs = 600_000;

/** The session analysed data is left in, as `df`, so that execute_code can go on with it. */
const session = "data";

const imagesSchema = executionSchema.shape.images;

const summarySchema = z.object({
	rows: z.number(),
	columns: z.array(z.object({ name: z.string(), type: z.string(), missing: z.number(), distinct: z.number() })),
	answer: z.string(),
});

const analyze = defineTool({
	name: "analyze_data",
	title: "Analyse data",
	description:
		"Reads CSV, TSV, Excel, Parquet or JSON data and answers with a summary, statistics and a plot. The data stays in session `data` as `df`. What takes long goes on behind the answer.",
	effect: "read",
	role: "user",
	input: z.object({
		path: slot("table", z.string().min(1).max(4096)).optional().describe("A file"),
		csv: z.string().min(1).max(20_000_000).optional().describe("Or the data itself, as CSV"),
		question: slot("text", z.string().max(2000))
			.optional()
			.describe("What to look at: names of columns, average, highest, trend…"),
	}),
	output: z.object({
		...summarySchema.shape,
		statistics: executionSchema.shape.table,
		images: imagesSchema,
		session: z.string(),
	}),
	voice: {
		en: {
			sentences: [
				"(analyse|analyze|summarise|summarize) [the] [data|file] [in] {path}",
				"look at the (data|file) [in] {path}",
				"what is in [the] data [file] {path}",
				"(what is|what does it say) in [the|my] [file] {path!}",
				"(show|tell|read) me [about] [what is in] [the|my] [file] {path!}",
				"(open|look at|read|check|examine|explore|describe) [the|my] [file] {path!}",
				"(plot|graph|chart) [the] [data|file] [in|of] {path}",
				"(make|draw|show|give) [me] [a] (plot|graph|chart|diagram) of [the] [data|file] [in|of] {path}",
				"(plot|graph|chart|draw) {question} (in|of|from) [the] [file] {path!}",
				"(give|make|write|show) [me] [a|an] (summary|overview|analysis) of [the] [data|file|numbers] [in] {path}",
				"(take|have) a look at the (data|file) [in] {path}",
				"(what is|what are|what was|what were|which is) {question} (in|of|from|for) [the|my] [file] {path!}",
				"(how many|how much|how big|how long) {question} (in|of|from|does|do) [the|my] [file] {path!} [have|contain]",
				"(what|which) {question} (are|is|does) [there] (in|of) [the|my] [file] {path!}",
				"(give|tell|show|calculate|compute|find) [me] {question} (in|of|from) [the|my] [file] {path!}",
				"(analyse|analyze|look at) {question} (in|of|from) [the|my] [file] {path!}",
			],
			ask: { path: "Which file?" },
		},
	},
	timeoutMs: longestMs + 3_600_000,
	summary: ({ path }) => `Analyse ${path ?? "the data given"}`,
	say: ({ answer }) => answer,
	attachments: ({ images }) => images,
	async resolve({ path, ...rest }, { folders }: PythonAdapters) {
		return { ...rest, ...(path === undefined ? {} : { path: await folders.meant(path) }) };
	},
	async run({ path, csv, question }, { parts, folders }: PythonAdapters, { signal, user, progress }) {
		const { sessions, environment, sandbox } = await parts();
		const source = await findData({ path, csv }, folders);
		await environment.ensure({ signal, progress });
		const opened = await sessions.open(user.id, session);
		const scratch = await sessions.scratch(user.id, session);
		const name = await placeData(source, scratch, folders, signal);
		const remove = () => rm(join(scratch, name), { force: true });
		const execution = await sandbox
			.lend(join(scratch, name), scratch)
			.then(() => program(join(sandbox.inside(scratch), name), question ?? ""))
			.then((code) => opened.execute(code, longestMs))
			.catch((error: unknown) => remove().then(() => Promise.reject(error)));
		void execution.ended.then(remove);
		opened.lost = undefined;
		const watch = streamOutput(execution, (_, line) => progress(stepOf(line)));
		await settle(execution, signal, longestMs).finally(() => clearInterval(watch));
		signal.throwIfAborted();
		const ended = report(execution, session);
		const summary = summaryOf(execution);
		if (ended.status !== "done" || summary === undefined) throw explain(ended);
		const { table, images } = ended;
		return { ...summary, ...(table === undefined ? {} : { statistics: table }), images, session };
	},
});

/** Summarises a table of data and draws it. */
export const analyzeData = lasting(analyze, {
	still: "I am still reading the data",
	over: "I have read the data",
	broke: "The analysis failed",
});

const idField = workIdField("a", "analyze_data");

/** How an analysis goes that takes longer than a call may. */
export const analysisStatus = defineTool({
	...looking,
	name: "analysis_status",
	title: "Analysis status",
	description:
		"How an analysis of data goes that was still running when it answered, waiting for its end for as long as is asked for; then its summary and plot.",
	input: z.object({ id: idField, ...lookFields }),
	voice: {
		en: {
			sentences: ["(is|has) the (analysis|data) (done|ready|finished|read) [yet]", "how is the analysis [going]"],
			followUps: lookingAfter("analyze_data"),
		},
	},
	attachments: ({ result }) => z.object({ images: imagesSchema }).safeParse(result).data?.images ?? [],
});

/** Ends an analysis; the session stays. */
export const stopAnalysis = defineTool({
	...ending,
	name: "stop_analysis",
	title: "Stop analysis",
	description: "Stops an analysis of data; what other code left in the session stays.",
	input: z.object({ id: idField }),
	voice: {
		en: {
			sentences: ["(cancel|stop|abort) (the|that|this) analysis", "stop (analysing|analyzing)"],
			followUps: endingAfter("analyze_data"),
		},
	},
});

/** Characters a summary may have: of a table with thousands of columns. */
const longestSummary = 4_000_000;

/** The last line a finished analysis printed. */
function summaryOf({ status, stdout }: Execution): z.output<typeof summarySchema> | undefined {
	if (status !== "done") return undefined;
	const last = stdout.read(0, longestSummary).text.trimEnd().split("\n").at(-1) ?? "";
	return last.startsWith("{") ? summarySchema.parse(JSON.parse(last)) : undefined;
}

/** How far an analysis is, by a line it printed: "40 Reading the data", of 100. */
function stepOf(line: string): Progress {
	const [, percent, message] = /^(\d+) (.+)$/.exec(line) ?? [];
	return { progress: Number(percent ?? 100), total: 100, message: message ?? "Nearly done" };
}

function explain({ status, error, note }: ExecutionReport): AiosError {
	const why = (error?.message || error?.type || note || status).replace(/\.$/, "");
	if (error?.type === "OverLimit" || error?.type.endsWith("MemoryError")) {
		return new AiosError("too_large", `The data needs more memory than a session may have: ${why}.`, {
			spoken: "That data needs more memory than I may use for it.",
			fix: "Give less of it, or ask an administrator for more: servers.python.memoryMb.",
		});
	}
	if (status === "interrupted") return new AiosError("cancelled", "The analysis was stopped.");
	if (status === "timeout") {
		return new AiosError("timeout", `The data could not be read in ${longestMs / 60_000} minutes.`, {
			fix: "Give less of it.",
		});
	}
	return new AiosError("unsupported", `The data could not be read: ${why}.`, {
		spoken: "I could not read that data.",
		fix: "See whether the file is complete, and what its name says it is.",
		details: { traceback: error?.traceback },
	});
}

const summarizer = fileURLToPath(new URL("../adapters/kernel/summarize.py", import.meta.url));

/** The cell that reads, summarises and plots; texts go in as JSON, which is also a Python literal. */
async function program(path: string, question: string): Promise<string> {
	const given = [path, extname(path), question].map((text) => JSON.stringify(text)).join(", ");
	return `${await readFile(summarizer, "utf8")}\n\ndf, _statistics = _summarize(${given})\n_statistics\n`;
}
