import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AiosError, defineTool, slot, type ToolContext } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { type PythonAdapters, type PythonParts, pythonPrefix, runConfined, sessionEnv } from "../adapters/index.ts";

const analyzer = fileURLToPath(new URL("../adapters/kernel/analyze.py", import.meta.url));
const analyzerInside = "/tmp/analyze.py";

const structure = z.object({
	error: z.object({ message: z.string(), line: z.number().nullish(), column: z.number().nullish() }).optional(),
	definitions: z.array(
		z.object({
			kind: z.enum(["function", "method", "class"]),
			name: z.string(),
			line: z.number(),
			lines: z.number(),
			arguments: z.array(z.string()),
			complexity: z.number(),
			documented: z.boolean(),
		}),
	),
	imports: z.array(z.string()),
	lines: z.number(),
});

const ruffFinding = z.object({
	code: z.string().nullish(),
	message: z.string(),
	location: z.object({ row: z.number(), column: z.number() }),
});

/** Ruff's rules: pyflakes, pycodestyle, bugbear, security, simplification. */
const rules = "E,F,W,B,S,SIM,PLE";

/** A function this complex is worth splitting (McCabe's own limit). */
const tooComplex = 10;

/** Reads code without running it. */
export const analyzeCode = defineTool({
	name: "analyze_code",
	title: "Analyse Python code",
	description: "Reports errors, lint, complexity and structure of Python code, without running it.",
	effect: "read",
	role: "user",
	input: z.object({ code: slot("text", z.string().min(1).max(1_000_000)) }),
	output: z.object({
		error: z.object({ message: z.string(), line: z.number().optional(), column: z.number().optional() }).optional(),
		findings: z.array(z.object({ rule: z.string(), message: z.string(), line: z.number(), column: z.number() })),
		definitions: structure.shape.definitions,
		imports: z.array(z.string()),
		lines: z.number(),
		linted: z
			.boolean()
			.describe("False where ruff could not be installed, or the code has a syntax error: then findings are empty"),
	}),
	voice: {
		en: {
			sentences: [
				"(analyse|analyze|check|lint|review) [this|the] [python] (code|program|snippet) [for (errors|bugs|mistakes|problems)] {code}",
				"is [there] (anything|something) wrong (with|in) (this|the) [python] code {code}",
				"is there (a|any) (bug|bugs|error|errors|mistake|mistakes|problem|problems) in (this|the) [python] code {code}",
				"is this [python] code (okay|correct|right|valid) {code}",
				"(find|spot) [the|any] (bug|bugs|errors|mistakes|problems) in (this|the) [python] code {code}",
			],
			examples: ["is there a bug in this python code"],
			ask: { code: "Which code?" },
		},
	},
	timeoutMs: 58_000,
	say({ error, findings, definitions, linted }) {
		if (error !== undefined)
			return `It has a syntax error${error.line === undefined ? "" : ` in line ${error.line}`}: ${error.message}.`;
		const complex = definitions.filter(({ complexity, kind }) => kind !== "class" && complexity > tooComplex);
		const parts = [
			!linted
				? "I could not lint it"
				: findings.length === 0
					? "I found no problems"
					: `I found ${sayCount(findings.length, "problem")}, the first in line ${findings[0]?.line}: ${findings[0]?.message}`,
			complex.length === 0 ? undefined : `${complex[0]?.name} is complex`,
		];
		return `${parts.filter(Boolean).join(", and ")}.`;
	},
	async run({ code }, { parts }: PythonAdapters, { signal, progress, log }) {
		const found = await parts();
		const scratch = await mkdtemp(join(tmpdir(), "aios-analyze-"));
		try {
			await found.sandbox.lend(scratch, scratch);
			const report = await readStructure(found, scratch, code, signal);
			// What can't be parsed needs no linter, which may have to be installed first.
			const environment = report.error === undefined ? await linter(found, { signal, progress, log }) : undefined;
			const findings = environment === undefined ? [] : await lint(found, scratch, environment, code, signal);
			const { error } = report;
			return {
				...(error === undefined
					? {}
					: {
							error: {
								message: error.message,
								...(typeof error.line === "number" ? { line: error.line } : {}),
								...(typeof error.column === "number" ? { column: error.column } : {}),
							},
						}),
				findings,
				definitions: report.definitions,
				imports: report.imports,
				lines: report.lines,
				linted: environment !== undefined,
			};
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	},
});

/** The environment with ruff; undefined where it can't be had soon. */
async function linter({ environment }: PythonParts, context: Pick<ToolContext, "signal" | "progress" | "log">) {
	return await environment.ensure({ ...context, waitMs: 30_000 }).catch((error: unknown) => {
		context.signal.throwIfAborted();
		context.log.warn("code is analysed without ruff", { reason: String(error) });
		return undefined;
	});
}

async function readStructure(
	{ sandbox, interpreter, childEnv }: PythonParts,
	scratch: string,
	code: string,
	signal: AbortSignal,
) {
	const readable = [...pythonPrefix(interpreter.executable), { from: analyzer, to: analyzerInside }];
	const script = sandbox.kind === "bubblewrap" ? analyzerInside : analyzer;
	const read = await runConfined(sandbox, [interpreter.executable, "-I", "-X", "utf8", script], {
		scratch,
		readable,
		network: false,
		env: sessionEnv(childEnv, sandbox.inside(scratch)),
		input: code,
		signal,
	});
	return structure.parse(answerOf("Python", read));
}

/** What a program wrote as JSON. Throws `upstream_failed` with what it said where it could not do its work. */
function answerOf(program: string, { stdout, stderr, code }: Awaited<ReturnType<typeof runConfined>>): unknown {
	try {
		return JSON.parse(stdout);
	} catch (cause) {
		const said = stderr.trim().split("\n").at(-1)?.slice(0, 500) || `it ended with ${code}`;
		throw new AiosError("upstream_failed", `${program} could not read the code: ${said}.`, {
			spoken: "I could not analyse that code.",
			cause,
		});
	}
}

async function lint(
	{ sandbox, interpreter, childEnv }: PythonParts,
	scratch: string,
	environment: string,
	code: string,
	signal: AbortSignal,
) {
	const readable = [...pythonPrefix(interpreter.executable), { from: environment, to: environment }];
	const ruff = process.platform === "win32" ? join(environment, "Scripts/ruff.exe") : join(environment, "bin/ruff");
	const linted = await runConfined(
		sandbox,
		[
			ruff,
			"check",
			"--isolated",
			"--no-cache",
			"--output-format",
			"json",
			"--select",
			rules,
			"--stdin-filename",
			"code.py",
			"-",
		],
		{ scratch, readable, network: false, env: sessionEnv(childEnv, sandbox.inside(scratch)), input: code, signal },
	);
	return z
		.array(ruffFinding)
		.parse(answerOf("Ruff", linted))
		.map(({ code: rule, message, location }) => ({
			rule: rule ?? "syntax",
			message,
			line: location.row,
			column: location.column,
		}));
}
