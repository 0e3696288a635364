import type { Command } from "commander";
import { z } from "zod";
import { systemStatusSchema } from "../contract/index.ts";
import type { CliDeps } from "./deps.ts";
import { addClientOptions, beginSignIn, clientOf, registerSignIn } from "./server-sign-in.ts";
import { table } from "./table.ts";

const registeredSchema = z.object({
	name: z.string(),
	status: z.string(),
	tools: z.array(z.string()),
	sign_in: z.string().optional(),
});

/** `aios servers …`: the servers there are, and further ones by their address. */
export function register(program: Command, deps: CliDeps): void {
	const servers = program.command("servers").description("the servers there are, and further ones by their address");
	servers
		.command("list")
		.description("list the servers with their replicas")
		.action(async () => {
			const client = await deps.client();
			const status = await client.request("GET", "/system/status", systemStatusSchema);
			const rows = status.servers.map(({ name, type, status: state, sign_in, tools, replicas }) => [
				name,
				type,
				sign_in === "needed" ? "sign in" : state,
				String(tools),
				replicas.map(({ url }) => url).join(" "),
			]);
			deps.print(table([["NAME", "TYPE", "STATE", "TOOLS", "ADDRESS"], ...rows]));
		});
	const add = servers
		.command("add")
		.description("add an MCP server, or a replica of one, by its address")
		.argument("<name>", "what its tools are grouped under")
		.argument("<url>", "as in http://127.0.0.1:8007")
		.option("--type <type>", "a word of your own for its kind");
	addClientOptions(add).action(
		async (name: string, url: string, { type, ...options }: { type?: string } & Parameters<typeof clientOf>[0]) => {
			const client = await deps.client();
			const wanted = { name, url, type, client: clientOf(options) };
			const added = await client.request("POST", "/register_server", registeredSchema, wanted);
			if (added.sign_in === "needed") {
				deps.note(`${added.name} is added, and needs a sign-in before it has tools.`);
				return beginSignIn(name, client, deps);
			}
			deps.print(`${added.name} is ${added.status}, with ${added.tools.length} tools: ${added.tools.join(", ")}`);
		},
	);
	servers
		.command("remove")
		.description("take a server out")
		.argument("<name>")
		.action(async (name: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/servers/${encodeURIComponent(name)}`, z.unknown());
			deps.note(`${name} is out.`);
		});
	registerSignIn(servers, deps);
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
			]);
			deps.print(table([["NAME", "STATE", "RUNS IN", "ASKS FOR"], ...rows]));
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
