import { constants, copyFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { callMs, end, lasting, lookAt, lookFields, workIdField, workSchema } from "../../../core/work/index.ts";
import type { PythonAdapters } from "../adapters/index.ts";
import { executionSchema, report, settle } from "./execution.ts";

const maxBytes = 500_000_000;
/** Milliseconds after which reading and drawing is stopped. */
const longestMs = 600_000;
const readers: Readonly<Record<string, string>> = {
	".csv": "pd.read_csv(_path)",
	".tsv": "pd.read_csv(_path, sep='\\t')",
	".xlsx": "pd.read_excel(_path)",
	".xlsm": "pd.read_excel(_path)",
	".parquet": "pd.read_parquet(_path)",
	".json": "pd.read_json(_path)",
	".jsonl": "pd.read_json(_path, lines=True)",
};

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
		path: slot("path", z.string().min(1).max(4096)).optional().describe("A file"),
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
				"(plot|graph|chart) [the] [data|file] [in|of] {path}",
				"(make|draw|show) [me] [a] (plot|graph|chart) of [the] [data|file] [in|of] {path}",
				"(take|have) a look at the (data|file) [in] {path}",
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
		await environment.ensure({ signal, progress });
		const opened = await sessions.open(user.id, session);
		const scratch = await sessions.scratch(user.id, session);
		const name = await place({ path, csv }, scratch, folders.resolve);
		await sandbox.lend(join(scratch, name), scratch);
		progress({ progress: 0, message: "Reading the data" });
		const execution = opened.execute(
			program(join(sandbox.inside(scratch), name), extname(name), question ?? ""),
			longestMs,
		);
		void execution.ended.then(() => rm(join(scratch, name), { force: true }));
		opened.lost = undefined;
		await settle(execution, signal, longestMs);
		const { status, error, result, table, images } = report(execution, session);
		signal.throwIfAborted();
		if (status !== "done" || result === undefined) {
			throw new AiosError(
				status === "timeout" ? "timeout" : "unsupported",
				`The data could not be read: ${error?.message ?? status}.`,
				{
					spoken: "I could not read that data.",
					details: { traceback: error?.traceback },
				},
			);
		}
		const summary = summarySchema.parse(JSON.parse(execution.stdout.read(0, 4_000_000).text));
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
	name: "analysis_status",
	title: "Analysis status",
	description:
		"How an analysis of data goes that was still running when it answered, waiting for its end for as long as is asked for; then its summary and plot.",
	effect: "read",
	role: "user",
	input: z.object({ id: idField, ...lookFields }),
	output: workSchema,
	voice: {
		en: {
			sentences: ["(is|has) the (analysis|data) (done|ready|finished|read) [yet]", "how is the analysis [going]"],
		},
	},
	timeoutMs: callMs,
	say: ({ said }) => said,
	attachments: ({ result }) => z.object({ images: imagesSchema }).safeParse(result).data?.images ?? [],
	run: (input, adapters: PythonAdapters, context) => lookAt(adapters, input, context),
});

/** Ends an analysis; the session stays. */
export const stopAnalysis = defineTool({
	name: "stop_analysis",
	title: "Stop analysis",
	description: "Stops an analysis of data; what other code left in the session stays.",
	effect: "write",
	harmless: true,
	idempotent: true,
	input: z.object({ id: idField }),
	output: workSchema,
	voice: { en: { sentences: ["(cancel|stop|abort) the analysis"], examples: ["stop analysing"] } },
	say: ({ said }) => said,
	run: (input, adapters: PythonAdapters, context) => end(adapters, input, context),
});

/**
 * Puts the data into the scratch folder. Code that runs there may have put a link in its place, so what is there is
 * taken away and nothing is written through what comes back.
 */
async function place(
	input: { path?: string | undefined; csv?: string | undefined },
	scratch: string,
	resolve: (path: string) => Promise<string>,
): Promise<string> {
	if (input.csv !== undefined) {
		await rm(join(scratch, "input.csv"), { recursive: true, force: true });
		await writeFile(join(scratch, "input.csv"), input.csv, { flag: "wx" });
		return "input.csv";
	}
	if (input.path === undefined)
		throw new AiosError("bad_request", "Neither path nor csv was given.", { fix: "Give one of the two." });
	const real = await resolve(input.path);
	const found = await stat(real).catch(() => undefined);
	if (found === undefined || !found.isFile()) throw new AiosError("not_found", `There is no file ${input.path}.`);
	if (found.size > maxBytes)
		throw new AiosError("too_large", `${basename(real)} is larger than ${maxBytes / 1_000_000} MB.`);
	const extension = extname(real).toLowerCase();
	if (readers[extension] === undefined) {
		throw new AiosError("unsupported", `${extension || "A file without an ending"} is not a kind of data I can read.`, {
			fix: `Readable are ${Object.keys(readers).join(", ")}.`,
		});
	}
	const name = `input${extension}`;
	await rm(join(scratch, name), { recursive: true, force: true });
	await copyFile(real, join(scratch, name), constants.COPYFILE_EXCL);
	return name;
}

/** The program that reads, summarises and plots; texts go in as JSON, which is also a Python literal. */
function program(path: string, extension: string, question: string): string {
	return `
import json as _json
import pandas as pd
import matplotlib.pyplot as plt
_path, _question = ${JSON.stringify(path)}, ${JSON.stringify(question)}.lower()
df = ${readers[extension]}
_asked = [c for c in df.columns if str(c).lower().replace('_', ' ') in _question.replace('_', ' ')]
_numeric = [c for c in (_asked or df.columns) if pd.api.types.is_numeric_dtype(df[c]) and not pd.api.types.is_bool_dtype(df[c])]
for _c in df.columns:
    if df[_c].dtype == object or pd.api.types.is_string_dtype(df[_c]):
        _dates = pd.to_datetime(df[_c], errors='coerce', format='mixed') if df[_c].astype(str).str.contains(r'\\d{4}-\\d\\d').mean() > 0.9 else None
        if _dates is not None and _dates.notna().mean() > 0.9:
            df[_c] = _dates
_when = next((c for c in df.columns if pd.api.types.is_datetime64_any_dtype(df[c])), None)
_label = next((c for c in (_asked + list(df.columns)) if c not in _numeric and c != _when and 1 < df[c].nunique() <= 30), None)
_words = {'average': 'mean', 'mean': 'mean', 'highest': 'max', 'maximum': 'max', 'largest': 'max', 'most': 'max', 'lowest': 'min', 'minimum': 'min', 'smallest': 'min', 'least': 'min', 'total': 'sum', 'sum': 'sum', 'median': 'median'}
_measure = next((m for w, m in _words.items() if w in _question.split()), None)
_say = f"{len(df)} row{'' if len(df) == 1 else 's'} and {len(df.columns)} column{'' if len(df.columns) == 1 else 's'}"
if _numeric and _measure:
    _value = getattr(df[_numeric[0]], _measure)()
    _name = {'mean': 'average', 'max': 'highest', 'min': 'lowest', 'sum': 'total', 'median': 'median'}[_measure]
    _say = f"The {_name} {_numeric[0]} is {_value:,.6g}"
    if _measure in ('max', 'min') and _label is not None:
        _say += f", for {df.loc[getattr(df[_numeric[0]], 'idx' + _measure)(), _label]}"
elif _numeric:
    _c = _numeric[0]
    _say += f". {_c} goes from {df[_c].min():,.6g} to {df[_c].max():,.6g}, {df[_c].mean():,.6g} on average"
if len(df) and len(df.columns):
    _figure, _axes = plt.subplots(figsize=(8, 4.5))
    if _numeric and _when is not None:
        df.sort_values(_when).plot(x=_when, y=_numeric[:4], ax=_axes)
    elif _numeric and _label is not None:
        df.groupby(_label)[_numeric[0]].agg(_measure or 'mean').sort_values(ascending=False).head(20).plot.bar(ax=_axes, ylabel=str(_numeric[0]))
    elif len(_numeric) == 1:
        df[_numeric[0]].plot.hist(bins=30, ax=_axes, xlabel=str(_numeric[0]))
    elif _numeric:
        df[_numeric[:4]].plot(ax=_axes)
    else:
        df[_label if _label is not None else df.columns[0]].astype(str).value_counts().head(20).plot.bar(ax=_axes)
_figure = None
print(_json.dumps({'rows': len(df), 'columns': [{'name': str(c), 'type': str(df[c].dtype), 'missing': int(df[c].isna().sum()), 'distinct': int(df[c].astype(str).nunique())} for c in df.columns], 'answer': _say + '.'}))
df.describe(include='all').transpose() if len(df.columns) else pd.DataFrame()
`;
}
