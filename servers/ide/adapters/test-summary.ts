import { printable } from "../../../core/text/index.ts";

/** What a test runner said, in numbers; undefined where its output has no line that tells. */
export interface TestSummary {
	passed: number;
	failed: number;
	skipped: number;
	/** Names of tests that failed, as the runner gives them. */
	failures: string[];
}

/** Characters of a line that are looked at; what a test prints is not to hold anybody up. */
const longestLine = 2_000;

/** Reads the closing lines of vitest, jest, pytest, cargo, go, node's runner, mocha and Bun. */
export function summariseTests(output: string): TestSummary | undefined {
	const text = printable(output)
		.split("\n")
		.map((line) => line.slice(0, longestLine))
		.join("\n");
	const counts = cargoCounts(text) ?? nodeCounts(text) ?? goCounts(text) ?? wordCounts(text);
	return counts === undefined ? undefined : { ...counts, failures: failuresIn(text) };
}

type Counts = Omit<TestSummary, "failures">;

function cargoCounts(text: string): Counts | undefined {
	const all = [...text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)];
	if (all.length === 0) return undefined;
	const sum = (group: number) => all.reduce((total, match) => total + Number(match[group]), 0);
	return { passed: sum(1), failed: sum(2), skipped: sum(3) };
}

/** Its tests where it names them (`-v`), and packages that could not be built; else its packages. */
function goCounts(text: string): Counts | undefined {
	const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
	const tests = count(/^--- (?:PASS|FAIL|SKIP): \S+/gm);
	if (tests > 0) {
		const unbuilt = count(/^FAIL[ \t]+\S+[ \t]+\[/gm);
		return {
			passed: count(/^--- PASS: /gm),
			failed: count(/^--- FAIL: /gm) + unbuilt,
			skipped: count(/^--- SKIP: /gm),
		};
	}
	const [ok, failed] = [count(/^ok[ \t]+\S+/gm), count(/^FAIL[ \t]+\S+[ \t]+[\d.[]/gm)];
	return ok + failed === 0
		? undefined
		: { passed: ok, failed, skipped: count(/^\?[ \t]+\S+[ \t]+\[no test files\]/gm) };
}

function nodeCounts(text: string): Counts | undefined {
	const field = (name: string) => new RegExp(`^(?:#|ℹ) ${name} (\\d+)$`, "m").exec(text)?.[1];
	const passed = field("pass");
	if (passed === undefined) return undefined;
	return { passed: Number(passed), failed: Number(field("fail") ?? 0), skipped: Number(field("skipped") ?? 0) };
}

/** A line of nothing but counts: "3 failed, 41 passed", with what runners put before and behind them. */
const countLine =
	/^(=+ |\s*Tests:?\s+|\s*)(\d+ [a-z]+(?:(?:, | \| )\d+ [a-z]+)*)(?: \([^()]*\)| in [\d.]+ ?m?s\b.*)?(?: ?=+)?$/;
const told = /\b\d+ (passed|failed|passing|failing|pass|fail|pending|skipped|skip|todo|errors?)\b/;

/**
 * "3 failed, 41 passed, 2 skipped", in any order, on one line or each on its own; the last such line, or three, are the
 * whole run's. What tests print is no such line, but for a count alone.
 */
function wordCounts(text: string): Counts | undefined {
	const lines = text
		.split("\n")
		.map((line) => countLine.exec(line))
		.filter((match) => match !== null && told.test(match[2] ?? ""));
	const final = lines.at(-1);
	if (final === undefined || final === null) return undefined;
	const whole = final[1]?.trim() !== "" || final[2]?.includes(" passed");
	const tail = (whole ? [final] : lines.slice(-3)).map((match) => match?.[2] ?? "").join("\n");
	const last = (words: string) =>
		Number([...tail.matchAll(new RegExp(`(\\d+) (?:${words})\\b`, "g"))].at(-1)?.[1] ?? 0);
	return {
		passed: last("passed|passing|pass"),
		failed: last("failed|failing|fail"),
		skipped: last("skipped|pending|skip|todo"),
	};
}

function failuresIn(text: string): string[] {
	const patterns = [
		/^[ \t]*(?:FAIL(?![ \t]+\S+[ \t]+[\d.]+s$)|×|✗|✖)[ \t]+(.+)$/gm,
		/^FAILED (\S+)/gm,
		/^test (\S+) \.\.\. FAILED$/gm,
		/^[ \t]*--- FAIL: (\S+)/gm,
		/^\(fail\) (.+)$/gm,
		/^not ok \d+ - (.+)$/gm,
		/^[ \t]+● (.+)$/gm,
	];
	const names = patterns.flatMap((pattern) =>
		[...text.matchAll(pattern)].map((match) =>
			(match[1] ?? "")
				.trim()
				.replace(/ (?:\d+ ?ms|\[[\d.]+m?s\])$/, "")
				.trimEnd(),
		),
	);
	return [...new Set(names)].slice(0, 50);
}
