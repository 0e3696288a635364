import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDiagnostics, summariseTests } from "../../../servers/ide/adapters/index.ts";

const file = fc
	.array(fc.string({ unit: fc.constantFrom(..."abc_-. @+"), minLength: 1, maxLength: 8 }), {
		minLength: 1,
		maxLength: 3,
	})
	.map((parts) => `src/${parts.join("/").trim()}x.ts`);
const problem = fc.record({
	file,
	line: fc.integer({ min: 1, max: 99_999 }),
	column: fc.integer({ min: 1, max: 999 }),
	severity: fc.constantFrom("error" as const, "warning" as const),
	message: fc.string({ maxLength: 60 }).map((text) => `A${text.replaceAll(/\s+/g, " ").trimEnd()}`),
});
type Problem = typeof problem extends fc.Arbitrary<infer T> ? T : never;

/** As GitHub's workflow commands are written: github.com/actions/toolkit, packages/core/src/command.ts. */
const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const writers: Record<string, (one: Problem) => string> = {
	tsc: ({ file, line, column, severity, message }) => `${file}(${line},${column}): ${severity} ${message}`,
	"GitHub annotations": ({ file, line, column, severity, message }) =>
		`::${severity} file=${property(file)},line=${line},endLine=${line},col=${column}::${data(message)}`,
	"rustc and gcc": ({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`,
	"eslint stylish": ({ file, line, column, severity, message }) =>
		`\n${file}\n  ${line}:${column}  ${severity}  ${message}`,
};

test.each(Object.entries(writers))("every problem is read from what %s writes, with its place", (_, write) => {
	fc.assert(
		fc.property(fc.array(problem, { maxLength: 4 }), (problems) => {
			const read = parseDiagnostics(problems.map(write).join("\n"), "lint", "/root");
			expect(read).toEqual(problems.map((one) => ({ ...one, source: "lint" })));
		}),
	);
});

const counts = fc.record({
	passed: fc.integer({ min: 1, max: 9_999 }),
	failed: fc.nat({ max: 999 }),
	skipped: fc.nat({ max: 99 }),
});
type Counts = typeof counts extends fc.Arbitrary<infer T> ? T : never;

const part = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}`]);
const closing: Record<string, (one: Counts) => string> = {
	vitest: ({ passed, failed, skipped }) =>
		` Test Files  1 passed (1)\n      Tests  ${[...part(failed, "failed"), `${passed} passed`, ...part(skipped, "skipped")].join(" | ")} (${passed + failed + skipped})\n   Duration  1.2s`,
	jest: ({ passed, failed, skipped }) =>
		`Test Suites: 1 failed, 1 total\nTests:       ${[...part(failed, "failed"), ...part(skipped, "skipped"), `${passed} passed`].join(", ")}, ${passed + failed + skipped} total\nTime: 1 s`,
	pytest: ({ passed, failed, skipped }) =>
		`==== ${[...part(failed, "failed"), `${passed} passed`, ...part(skipped, "skipped")].join(", ")} in 0.12s ====`,
	mocha: ({ passed, failed, skipped }) =>
		[
			`  ${passed} passing (5ms)`,
			...part(skipped, "pending").map((line) => `  ${line}`),
			...part(failed, "failing").map((line) => `  ${line}`),
		].join("\n"),
	Bun: ({ passed, failed, skipped }) =>
		[
			` ${passed} pass`,
			...part(skipped, "skip").map((line) => ` ${line}`),
			` ${failed} fail`,
			"Ran some tests across 1 file.",
		].join("\n"),
	"node's runner": ({ passed, failed, skipped }) =>
		`# tests 9\n# pass ${passed}\n# fail ${failed}\n# skipped ${skipped}`,
	cargo: ({ passed, failed, skipped }) =>
		`test result: FAILED. ${passed} passed; ${failed} failed; ${skipped} ignored; 0 measured; 0 filtered out`,
};

test.each(Object.entries(closing))("the numbers of %s are read whatever its tests print", (_, close) => {
	const printed = fc.array(
		fc.constantFrom("it says 2 failed", "a test with 7 skipped files", "ok", "3 passed on to another", "hello"),
		{ maxLength: 4 },
	);
	fc.assert(
		fc.property(counts, printed, (one, lines) => {
			expect(summariseTests([...lines, close(one)].join("\n"))).toMatchObject(one);
		}),
	);
});
