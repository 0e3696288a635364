import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger as Pino } from "pino";
import type { Logger } from "../contract/index.ts";

export interface OpenLog {
	log: Logger;
	/** Where it is written. */
	file: string;
	/** Writes what is waiting. */
	flush(): void;
}

/** A file of the log grows to this many bytes; so many full ones are kept. */
const fileBytes = 10_000_000;
const keptFiles = 5;
/** How often the size is looked at, in milliseconds. */
const lookEveryMs = 60_000;

/** Field names whose values never reach the file. */
const secretPaths = ["password", "token", "key", "secret", "authorization", "adminPassword", "llmKey"].flatMap(
	(name) => [name, `*.${name}`],
);

/** A log of JSON lines in `dir` (mode 700), rotated by size. */
export function createLogger({ dir, level }: { dir: string; level: "debug" | "info" | "warn" | "error" }): OpenLog {
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const file = join(dir, "aios.log");
	rotate(file);
	const destination = pino.destination({ dest: file, mkdir: true, sync: true, mode: 0o600 });
	const root = pino({ level, base: undefined, redact: { paths: secretPaths, censor: "(hidden)" } }, destination);
	setInterval(() => {
		if (rotate(file)) destination.reopen();
	}, lookEveryMs).unref();
	return { log: wrap(root), file, flush: () => destination.flushSync() };
}

/** Puts a full file aside; true where it did. */
function rotate(file: string): boolean {
	if (!existsSync(file) || statSync(file).size < fileBytes) return false;
	rmSync(`${file}.${keptFiles}`, { force: true });
	for (let number = keptFiles - 1; number >= 1; number--) {
		if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
	}
	renameSync(file, `${file}.1`);
	return true;
}

function wrap(inner: Pino): Logger {
	return {
		debug: (message, fields) => inner.debug(fields, message),
		info: (message, fields) => inner.info(fields, message),
		warn: (message, fields) => inner.warn(fields, message),
		error: (message, fields) => inner.error(fields, message),
		child: (fields) => wrap(inner.child(fields)),
	};
}
