import { z } from "zod";
import type { Logger } from "../contract/index.ts";

/** Longest line taken; the rest of a longer one is dropped. */
const lineCharacters = 4_000;

/** A line of core/process/log.ts. */
const lineSchema = z.looseObject({ level: z.enum(["debug", "info", "warn", "error"]), msg: z.string() });

/** Divides what a program prints, in pieces of any size, into lines. */
export function linesOf(onLine: (line: string) => void): (chunk: Uint8Array) => void {
	const decoder = new TextDecoder();
	let rest = "";
	return (chunk) => {
		const found = (rest + decoder.decode(chunk, { stream: true })).split("\n");
		rest = found.pop()?.slice(0, lineCharacters) ?? "";
		for (const line of found) if (line.trim() !== "") onLine(line.slice(0, lineCharacters));
	};
}

/** Takes a line of a server's program into the log: what it logged itself keeps its level and fields, the rest is info. */
export function logLine(log: Logger, server: string, line: string): void {
	const parsed = line.startsWith("{") ? lineSchema.safeParse(parse(line)) : undefined;
	if (parsed?.success !== true) {
		log.info(line, { server });
		return;
	}
	const { level, msg, ...fields } = parsed.data;
	log[level](msg, { ...fields, server });
}

function parse(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
