import type { Command } from "commander";
import { z } from "zod";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

const listSchema = z.object({
	applications: z.array(
		z.object({
			id: z.string(),
			name: z.string(),
			resource: z.string(),
			scopes: z.array(z.string()),
			last_used_at: z.string(),
		}),
	),
});

/** `aios applications …`: the MCP clients a person let in. */
export function register(program: Command, deps: CliDeps): void {
	const applications = program.command("applications").description("MCP clients that signed in by themselves");
	applications
		.command("list", { isDefault: true })
		.description("list those you let in")
		.option("--all", "everyone's (administrators)")
		.action(async ({ all = false }: { all?: boolean }) => {
			const client = await deps.client();
			const listed = await client.request("GET", `/applications?all=${all}`, listSchema);
			const rows = listed.applications.map((one) => [
				one.id,
				one.name,
				one.resource,
				one.last_used_at,
				one.scopes.join(" "),
			]);
			deps.print(table([["ID", "NAME", "AT", "LAST USED", "MAY"], ...rows]));
		});
	applications
		.command("revoke")
		.description("sign one out at once")
		.argument("<id>", "as in the list")
		.action(async (id: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/applications/${encodeURIComponent(id)}`, z.unknown());
			deps.note("Its tokens are refused from now on.");
		});
}
