import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { AiosError } from "../contract/index.ts";
import type { Limits } from "../limits/index.ts";

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, { error: "expected lower-case letters, digits, - and _" });

/** What a plugin asks for beyond computing: nothing by default. */
const permissionsSchema = z
	.strictObject({
		/** Folders it may see; `write` lets it change them too. */
		folders: z
			.array(
				z.strictObject({
					path: z.string().refine(isAbsolute, "expected a full path"),
					write: z.boolean().default(false),
				}),
			)
			.default([]),
		network: z.boolean().default(false),
		/** Programs of this machine it may run, by name. */
		programs: z.array(z.string().regex(/^[\w.+-]+$/)).default([]),
	})
	.prefault({});

/** How much of the machine it may use; enough for a tool that calls a service or reads files. */
const limitsSchema = z
	.strictObject({
		memory_mb: z.number().int().min(32).max(65_536).default(256),
		processes: z.number().int().min(4).max(4_096).default(16),
		cpus: z.number().min(0.1).max(1_024).default(1),
	})
	.prefault({});

/** What a plugin that asks for nothing gets. */
export const defaultLimits: Limits = limitsSchema.parse({});

const manifestSchema = z.strictObject({
	title: z.string().min(1).max(100).optional(),
	description: z.string().max(1_000).default(""),
	permissions: permissionsSchema,
	limits: limitsSchema,
});

export type PluginPermissions = z.output<typeof permissionsSchema>;
export interface PluginManifest extends z.output<typeof manifestSchema> {
	name: string;
}

/**
 * Reads what a plugin says of itself, without running any of it: `plugin.json` in its folder, which may be left out by
 * one that asks for nothing. Throws `not_found` without the folder, `unsupported` for a manifest that can't be understood.
 */
export async function readManifest(folder: string, plugin: string): Promise<PluginManifest> {
	if (!name.safeParse(plugin).success) throw new AiosError("not_found", `There is no plugin named ${plugin}.`);
	const files: string[] = await readdir(join(folder, plugin)).catch(() => []);
	if (!files.includes("index.ts")) {
		throw new AiosError("not_found", `There is no plugin named ${plugin}.`, {
			fix: `A plugin is a folder ${join(folder, "NAME")} with an index.ts; aios new server NAME --plugin writes one.`,
		});
	}
	if (!files.includes("plugin.json")) return { name: plugin, ...manifestSchema.parse({}) };
	try {
		const text = await readFile(join(folder, plugin, "plugin.json"), "utf8");
		return { name: plugin, ...manifestSchema.parse(JSON.parse(text)) };
	} catch (cause) {
		const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
		throw new AiosError("unsupported", `The plugin.json of ${plugin} can't be understood: ${why}`, { cause });
	}
}

/** Names of the folders that are plugins. */
export async function listPlugins(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries
		.filter((entry) => entry.isDirectory() && name.safeParse(entry.name).success)
		.map((entry) => entry.name)
		.toSorted();
}
