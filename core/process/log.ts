import type { Logger } from "../contract/index.ts";

const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

/** JSON lines on stderr, which the main process takes into its own log. No library: every server's process pays for it. */
export function createLineLogger(least: Level, fields: Record<string, unknown> = {}): Logger {
	const write = (level: Level) => (message: string, more?: Record<string, unknown>) => {
		if (levels.indexOf(level) < levels.indexOf(least)) return;
		process.stderr.write(`${JSON.stringify({ level, msg: message, ...fields, ...more }, readable)}\n`);
	};
	return {
		debug: write("debug"),
		info: write("info"),
		warn: write("warn"),
		error: write("error"),
		child: (more) => createLineLogger(least, { ...fields, ...more }),
	};
}

function readable(_key: string, value: unknown): unknown {
	return value instanceof Error ? { name: value.name, message: value.message } : value;
}
