import type { Command } from "commander";
import { z } from "zod";
import { systemStatusSchema } from "../contract/index.ts";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

const registeredSchema = z.object({ name: z.string(), status: z.string(), tools: z.array(z.string()) });

/** `aios servers …`: the servers there are, and further ones by their address. */
export function register(program: Command, deps: CliDeps): void {
	const servers = program.command("servers").description("the servers there are, and further ones by their address");
	servers
		.command("list")
		.description("list the servers with their replicas")
		.action(async () => {
			const client = await deps.client();
			const status = await client.request("GET", "/system/status", systemStatusSchema);
			const rows = status.servers.map(({ name, type, status: state, tools, replicas }) => [
				name,
				type,
				state,
				String(tools),
				replicas.map(({ url }) => url).join(" "),
			]);
			deps.print(table([["NAME", "TYPE", "STATE", "TOOLS", "ADDRESS"], ...rows]));
		});
	servers
		.command("add")
		.description("add an MCP server, or a replica of one, by its address")
		.argument("<name>", "what its tools are grouped under")
		.argument("<url>", "as in http://127.0.0.1:8007")
		.option("--type <type>", "a word of your own for its kind")
		.action(async (name: string, url: string, options: { type?: string }) => {
			const client = await deps.client();
			const added = await client.request("POST", "/register_server", registeredSchema, { name, url, ...options });
			deps.print(`${added.name} is ${added.status}, with ${added.tools.length} tools: ${added.tools.join(", ")}`);
		});
	servers
		.command("remove")
		.description("take a server out")
		.argument("<name>")
		.action(async (name: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/servers/${encodeURIComponent(name)}`, z.unknown());
			deps.note(`${name} is out.`);
		});
}
