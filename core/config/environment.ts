import { delimiter } from "node:path";
import { z } from "zod";
import { AiosError } from "../contract/index.ts";
import type { Env } from "./data-dir.ts";

/** One value found in the environment, with the setting it is for. */
export interface Found {
	path: readonly string[];
	variable: string;
	value: unknown;
}

/** Names read elsewhere: the data folder is needed before there is a file to read. */
const reserved = new Set(["AIOS_DATA_DIR"]);

/**
 * Reads every `AIOS_…` variable that names a setting. Values keep their type by what the setting accepts:
 * text, number, true or false, or a list divided as `PATH` is.
 * Gives what was found and the names that no setting has.
 */
export function readEnvironment(schema: z.ZodObject, env: Env): { found: Found[]; unknown: string[] } {
	const known = new Map(leaves(schema, []).map((leaf) => [variableOf(leaf.path), leaf] as const));
	const found: Found[] = [];
	const unknown: string[] = [];
	for (const [variable, raw] of Object.entries(env)) {
		if (!variable.startsWith("AIOS_") || reserved.has(variable)) continue;
		const leaf = known.get(variable);
		if (!leaf) unknown.push(variable);
		else if (raw !== undefined && raw !== "") {
			found.push({ path: leaf.path, variable, value: typed(raw, leaf.schema) });
		}
	}
	return { found, unknown };
}

/** Reads `--port 9001`, `--port=9001` and `--offline` with the types of their settings. Throws `bad_request` for the rest. */
export function readFlags(schema: z.ZodObject, words: readonly string[]): Record<string, unknown> {
	const known = new Map(leaves(schema, []).map((leaf) => [flagOf(leaf.path), leaf] as const));
	const flags: Record<string, unknown> = {};
	for (let at = 0; at < words.length; at++) {
		const [name = "", given] = splitOnce(words[at] ?? "");
		const leaf = known.get(name);
		if (leaf === undefined && name !== "--data-dir") {
			throw new AiosError("bad_request", `${words[at]}: no such setting.`, {
				fix: `Settings are: --data-dir, ${[...known.keys()].join(", ")}.`,
			});
		}
		const next = words[at + 1];
		const alone = given === undefined && (next === undefined || next.startsWith("--"));
		const raw = given ?? (alone ? "true" : (next ?? ""));
		if (given === undefined && !alone) at += 1;
		if (leaf === undefined) flags.dataDir = raw;
		else flags[leaf.path.join(".")] = typed(raw, leaf.schema);
	}
	return flags;
}

function splitOnce(word: string): [string, string?] {
	const at = word.indexOf("=");
	return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function flagOf(path: readonly string[]): string {
	return `--${path.map((part) => part.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase()).join("-")}`;
}

/** The environment variable of a setting: `voice.wakePhrase` → `AIOS_VOICE_WAKE_PHRASE`. */
export function variableOf(path: readonly string[]): string {
	return `AIOS_${path.map((part) => part.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll("-", "_")).join("_")}`.toUpperCase();
}

/** All variable names a schema gives, for suggestions. */
export function variablesOf(schema: z.ZodObject): string[] {
	return leaves(schema, []).map((leaf) => variableOf(leaf.path));
}

interface Leaf {
	path: readonly string[];
	schema: z.ZodType;
}

function leaves(schema: z.ZodObject, path: readonly string[]): Leaf[] {
	return Object.entries(schema.shape).flatMap(([key, field]) => {
		const at = [...path, key];
		const inner = bare(field);
		return inner instanceof z.ZodObject ? leaves(inner, at) : [{ path: at, schema: inner }];
	});
}

/** The schema below defaults and options. */
function bare(schema: unknown): z.ZodType {
	let inner = schema;
	while (
		inner instanceof z.ZodDefault ||
		inner instanceof z.ZodPrefault ||
		inner instanceof z.ZodOptional ||
		inner instanceof z.ZodNullable
	) {
		inner = inner.unwrap();
	}
	return inner instanceof z.ZodType ? inner : z.unknown();
}

function typed(raw: string, schema: z.ZodType): unknown {
	if (schema.safeParse(raw).success) return raw;
	if (schema instanceof z.ZodArray) {
		const separator = schema.element instanceof z.ZodString ? delimiter : ",";
		return raw
			.split(raw.includes("://") ? "," : separator)
			.map((part) => part.trim())
			.filter((part) => part !== "");
	}
	if (/^-?\d+(\.\d+)?$/.test(raw) && schema.safeParse(true).success === false) return Number(raw);
	if (/^(true|1|yes|on)$/i.test(raw)) return true;
	if (/^(false|0|no|off)$/i.test(raw)) return false;
	return raw;
}
