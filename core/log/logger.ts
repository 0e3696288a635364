import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger as Pino } from "pino";
import { type Logger, scrub } from "../contract/index.ts";
import { openRotated } from "./file.ts";
import { redacted } from "./redact.ts";

export interface OpenLog {
	log: Logger;
	/** Where it is written. Every line is there when the call that logs it returns. */
	file: string;
	close(): void;
}

/** A file of the log grows to this many bytes; so many full ones are kept. */
const fileBytes = 10_000_000;
const keptFiles = 5;

/** A log of JSON lines in `dir` (mode 700), rotated by size and without secrets. */
export function createLogger(options: {
	dir: string;
	level: "debug" | "info" | "warn" | "error";
	/** Bytes of one file. */
	bytes?: number;
}): OpenLog {
	const { dir, level, bytes = fileBytes } = options;
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const file = join(dir, "aios.log");
	const destination = openRotated(file, { bytes, kept: keptFiles });
	const root = pino({ level, base: undefined, formatters: { level: (label) => ({ level: label }) } }, destination);
	return { log: wrap(root), file, close: destination.close };
}

function wrap(inner: Pino): Logger {
	const write = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: Record<string, unknown>) => {
		if (inner.isLevelEnabled(level)) inner[level](fields === undefined ? {} : redacted(fields), scrub(message));
	};
	return {
		debug: write("debug"),
		info: write("info"),
		warn: write("warn"),
		error: write("error"),
		child: (fields) => wrap(inner.child(redacted(fields))),
	};
}
