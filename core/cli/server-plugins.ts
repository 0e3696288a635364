import type { Command } from "commander";
import { z } from "zod";
import { sayCount } from "../text/index.ts";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

/** `aios servers plugins`, `enable`, `disable`: what lies in the data folder's plugins, and switching it on and off. */
export function registerPlugins(servers: Command, deps: CliDeps): void {
	servers
		.command("plugins")
		.description("list the plugins found in the data folder, and what each asks for")
		.action(async () => {
			const client = await deps.client();
			const { plugins } = await client.request("GET", "/plugins", z.object({ plugins: z.array(pluginSchema) }));
			const rows = plugins.map((plugin) => [
				plugin.name,
				plugin.enabled ? "on" : "off",
				plugin.isolation,
				plugin.problem ?? asksFor(plugin.permissions),
				withinOf(plugin),
			]);
			deps.print(table([["NAME", "STATE", "RUNS IN", "ASKS FOR", "WITHIN"], ...rows]));
		});
	servers
		.command("enable")
		.description("switch a plugin on, with what it asks for")
		.argument("<name>")
		.option("--own-rights", "agree to run it with your own rights where there is no sandbox")
		.action(async (name: string, options: { ownRights?: boolean }) => {
			const client = await deps.client();
			const path = `/plugins/${encodeURIComponent(name)}/enable`;
			const wanted = { own_rights: options.ownRights ?? false };
			const { isolation, permissions } = await client.request("POST", path, pluginSchema, wanted);
			deps.note(`${name} is on (${isolation}), with ${asksFor(permissions)}.`);
		});
	servers
		.command("disable")
		.description("switch a plugin off")
		.argument("<name>")
		.action(async (name: string) => {
			const client = await deps.client();
			await client.request("POST", `/plugins/${encodeURIComponent(name)}/disable`, z.unknown());
			deps.note(`${name} is off.`);
		});
}

const pluginSchema = z.object({
	name: z.string(),
	isolation: z.string(),
	enabled: z.boolean(),
	problem: z.string().optional(),
	limited: z.boolean(),
	limits: z.object({ memory_mb: z.number(), processes: z.number(), cpus: z.number() }),
	permissions: z.object({
		folders: z.array(z.object({ path: z.string(), write: z.boolean() })),
		network: z.boolean(),
		programs: z.array(z.string()),
	}),
});

function asksFor({ folders, network, programs }: z.output<typeof pluginSchema>["permissions"]): string {
	const asked = [
		...(network ? ["the network"] : []),
		...folders.map(({ path, write }) => `${write ? "changing" : "reading"} ${path}`),
		...programs.map((program) => `running ${program}`),
	];
	return asked.length === 0 ? "nothing" : asked.join(", ");
}

/** Which share of the machine it may use. */
function withinOf({ limited, limits }: z.output<typeof pluginSchema>): string {
	if (!limited) return "no limits here";
	return `${limits.memory_mb} MB, ${sayCount(limits.processes, "process", "processes")}, ${sayCount(limits.cpus, "processor")}`;
}
