import type { Command } from "commander";
import { z } from "zod";
import { AiosError, systemStatusSchema } from "../contract/index.ts";
import { sayCount } from "../text/index.ts";
import type { CliDeps } from "./deps.ts";
import { registerPlugins } from "./server-plugins.ts";
import { addClientOptions, beginSignIn, type ClientOptions, clientOf, registerSignIn } from "./server-sign-in.ts";
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
		.command("list", { isDefault: true })
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
		.description("add an MCP server, or a replica of one, by its address or by the command that starts it")
		.argument("<name>", "what its tools are grouped under")
		.argument("[words...]", "its address; with --command the words its program is given, after --")
		.option("--type <type>", "a word of your own for its kind")
		.option("--command <program>", "a program that speaks MCP over its standard input and output")
		.option("--env <NAME=value>", "what its program finds in its environment; may be repeated", withVariable, {})
		.addHelpText("after", addExamples);
	addClientOptions(add).action(async (name: string, words: string[], options: AddOptions) => {
		const client = await deps.client();
		const added = await client.request("POST", "/register_server", registeredSchema, wantedOf(name, words, options));
		if (added.sign_in === "needed") {
			deps.note(`${added.name} is added, and needs a sign-in before it has tools.`);
			return beginSignIn(name, client, deps);
		}
		deps.print(
			`${added.name} is ${added.status}, with ${sayCount(added.tools.length, "tool")}${added.tools.length === 0 ? "" : `: ${added.tools.join(", ")}`}`,
		);
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
	servers
		.command("approve")
		.description("take the changed tool definitions of a server, which were held back until now")
		.argument("<name>")
		.option("--show", "only show which tools changed")
		.action(async (name: string, { show = false }: { show?: boolean }) => {
			const client = await deps.client();
			const path = `/servers/${encodeURIComponent(name)}`;
			const tools = show
				? (await client.request("GET", `${path}/held_back`, heldBackSchema)).held_back
				: (await client.request("POST", `${path}/approve`, approvedSchema)).approved;
			if (tools.length === 0) deps.note(`Nothing of ${name} is held back.`);
			else if (show) deps.print(table([["TOOL", "DESCRIPTION NOW"], ...tools.map(heldBackRow)]));
			else deps.note(`Taken as they are now: ${tools.map((tool) => tool.name).join(", ")}.`);
		});
	registerSignIn(servers, deps);
	registerPlugins(servers, deps);
}

const heldBackTool = z.object({ name: z.string(), description: z.string() });
const heldBackSchema = z.object({ held_back: z.array(heldBackTool) });
const approvedSchema = z.object({ approved: z.array(heldBackTool) });

function heldBackRow({ name, description }: z.output<typeof heldBackTool>): string[] {
	return [name, description.replace(/\s+/g, " ").slice(0, 200)];
}

interface AddOptions extends ClientOptions {
	type?: string;
	command?: string;
	env: Record<string, string>;
}

const addExamples = `
Examples:
  aios servers add weather http://127.0.0.1:8007
  aios servers add everything --command npx -- -y @modelcontextprotocol/server-everything`;

function wantedOf(name: string, words: string[], { type, command, env, ...client }: AddOptions) {
	if (command !== undefined) return { name, type: "stdio", command, args: words, env };
	const [url, ...more] = words;
	if (url === undefined || more.length > 0) {
		throw new AiosError("bad_request", "A server is added by one address, or by --command and the program's words.", {
			fix: "See: aios servers add --help",
		});
	}
	return { name, url, type, client: clientOf(client) };
}

function withVariable(given: string, before: Record<string, string>): Record<string, string> {
	const at = given.indexOf("=");
	if (at < 1) throw new AiosError("bad_request", `--env takes NAME=value, not ${JSON.stringify(given)}.`);
	return { ...before, [given.slice(0, at)]: given.slice(at + 1) };
}
