import fc from "fast-check";
import { expect, test } from "vitest";
import type { Logger } from "../../core/contract/index.ts";
import { linesOf, logLine } from "../../core/orchestrator/program-log.ts";

test("what a server's process logs keeps its level, its turn and its fields in the main log, however it arrives", () => {
	const logged: unknown[] = [];
	const write = (level: string) => (message: string, fields?: object) =>
		void logged.push({ level, message, ...fields });
	const log: Logger = {
		debug: write("debug"),
		info: write("info"),
		warn: write("warn"),
		error: write("error"),
		child: () => log,
	};
	const take = linesOf((line) => logLine(log, "system", line));
	const bytes = new TextEncoder().encode(
		[
			'{"level":"error","msg":"a tool failed","turn":"t1","tool":"grüße","server":"someone else"}',
			"a library prints",
			"",
			'{"level":"silly","msg":"x"}',
			'{"level":"info"',
			"",
		].join("\n"),
	);
	// One byte at a time: letters of two bytes and lines come in pieces.
	for (const byte of bytes) take(Uint8Array.of(byte));
	expect(logged).toEqual([
		{ level: "error", message: "a tool failed", turn: "t1", tool: "grüße", server: "system" },
		{ level: "info", message: "a library prints", server: "system" },
		{ level: "info", message: '{"level":"silly","msg":"x"}', server: "system" },
		{ level: "info", message: '{"level":"info"', server: "system" },
	]);
});

test("lines of a program are the same however its output is cut, a very long one short", () => {
	const line = fc.oneof(
		fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\n\ufeff]/g, "")),
		fc.integer({ min: 3_990, max: 9_000 }).map((length) => "x".repeat(length)),
	);
	fc.assert(
		fc.property(fc.array(line), fc.integer({ min: 1, max: 5_000 }), (lines, size) => {
			const taken: string[] = [];
			const take = linesOf((one) => void taken.push(one));
			const bytes = new TextEncoder().encode(lines.map((one) => `${one}\n`).join(""));
			for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
			expect(taken).toEqual(lines.filter((one) => one.trim() !== "").map((one) => one.slice(0, 4_000)));
		}),
	);
});
