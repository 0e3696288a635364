import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AiosError } from "../contract/index.ts";
import { dataDirOf, type Env } from "./data-dir.ts";
import { readEnvironment, readFlags, variablesOf } from "./environment.ts";
import { nearest } from "./nearest.ts";
import { readOpenTelemetry } from "./opentelemetry.ts";
import { type Config, secretKeys, settingsSchema } from "./schema.ts";

export interface LoadOptions {
	/** Values from the command line, named as in the settings file. `undefined` leaves a setting as it is. */
	flags?: Readonly<Record<string, unknown>>;
	/** The command line itself: `--port 9001`, `--voice-wake-phrase computer`. */
	argv?: readonly string[];
	env?: Env;
	/** The servers that may have a section, with the schema of its settings; only those mentioned are imported. */
	sections?: Readonly<Record<string, () => Promise<z.ZodObject | undefined>>>;
}

/** Name of the settings file in the data folder. */
export const settingsFile = "aios.config.json";

/**
 * Reads the settings: defaults, then `aios.config.json` in the data folder, then `AIOS_…` variables, then flags.
 * Throws `bad_request` that names every unknown key and bad value, with where it stands and what was expected.
 */
export async function loadConfig(options: LoadOptions = {}): Promise<Config> {
	const env = options.env ?? process.env;
	const { dataDir: dataDirFlag, ...flags } = { ...options.flags, ...readFlags(settingsSchema, options.argv ?? []) };
	const dataDir = dataDirOf(typeof dataDirFlag === "string" ? { ...env, AIOS_DATA_DIR: dataDirFlag } : env);
	const file = join(dataDir, settingsFile);
	const fromFile = readSettings(file);

	const schema = await withSections(fromFile, env, options.sections ?? {});
	const values: Record<string, unknown> = structuredClone(fromFile);
	const origins = new Map<string, string>();
	const { found, unknown } = readEnvironment(schema, env);
	for (const { path, variable, value } of [...readOpenTelemetry(env), ...found]) {
		put(values, path, value);
		origins.set(path.join("."), variable);
	}
	for (const [key, value] of Object.entries(flags)) {
		if (value === undefined) continue;
		const path = key.split(".");
		put(values, path, value);
		origins.set(path.join("."), `--${key.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase()}`);
	}

	const parsed = schema.safeParse(values);
	const problems = [
		...unknown.map((variable) => {
			const near = nearest(variable, ["AIOS_DATA_DIR", ...variablesOf(schema)]);
			return `${variable}: no such setting${near === undefined ? "" : `; did you mean ${near}?`}`;
		}),
		...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, values, origins, file))),
	];
	if (problems.length > 0 || !parsed.success) {
		throw new AiosError("bad_request", `The settings can't be used:\n  ${problems.join("\n  ")}`, {
			fix: `Correct ${problems.length === 1 ? "it" : "them"} in ${file} or in the environment, then start again.`,
			details: { problems },
		});
	}
	return { ...settingsSchema.parse(parsed.data), dataDir };
}

function readSettings(file: string): Record<string, unknown> {
	if (!existsSync(file)) return {};
	try {
		return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
	} catch (cause) {
		const reason = cause instanceof z.ZodError ? "expected an object of settings" : String(cause);
		throw new AiosError("bad_request", `${file} is not valid JSON: ${reason}`, { cause, fix: "Correct or remove it." });
	}
}

/** The settings schema with the sections of the servers that are mentioned; an unmentioned one keeps its defaults. */
async function withSections(
	file: Record<string, unknown>,
	env: Env,
	sections: NonNullable<LoadOptions["sections"]>,
): Promise<z.ZodObject> {
	const inFile = z.record(z.string(), z.unknown()).safeParse(file.servers);
	const shape: Record<string, z.ZodType> = {};
	for (const [name, load] of Object.entries(sections)) {
		const prefix = `AIOS_SERVERS_${name.toUpperCase()}_`;
		const mentioned =
			(inFile.success && name in inFile.data) || Object.keys(env).some((variable) => variable.startsWith(prefix));
		if (mentioned) shape[name] = ((await load())?.strict() ?? z.strictObject({})).optional();
	}
	return settingsSchema.extend({ servers: z.strictObject(shape).prefault({}) });
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
	const [key, ...rest] = path;
	if (key === undefined) return;
	if (rest.length === 0) {
		target[key] = value;
		return;
	}
	const next = z.record(z.string(), z.unknown()).safeParse(target[key]);
	const inner = next.success ? next.data : {};
	target[key] = inner;
	put(inner, rest, value);
}

/** "AIOS_PORT = 70000: expected a number of at most 65535" */
function describe(issue: z.core.$ZodIssue, values: unknown, origins: Map<string, string>, file: string): string[] {
	if (issue.code === "unrecognized_keys") {
		return issue.keys.map((key) => {
			const path = [...issue.path, key].join(".");
			return `${path} = ${shown(at(values, [...issue.path, key]), path)} (${origins.get(path) ?? file}): no such setting`;
		});
	}
	const path = issue.path.join(".");
	const origin = origins.get(path) ?? origins.get(String(issue.path.slice(0, -1).join("."))) ?? file;
	return [`${path} = ${shown(at(values, issue.path), path)} (${origin}): ${issue.message}`];
}

function at(values: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
		values,
	);
}

function shown(value: unknown, path: string): string {
	const last = path.split(".").at(-1) ?? "";
	if (secretKeys.has(path) || /password|secret|token|assertion|headers|key$/i.test(last)) return "(hidden)";
	return JSON.stringify(value) ?? "nothing";
}
