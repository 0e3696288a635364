import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

const keySchema = z.object({
	id: z.string(),
	name: z.string(),
	scopes: z.array(z.string()),
	expires_at: z.string().nullable(),
	last_used_at: z.string().nullable(),
	revoked_at: z.string().nullable(),
});
const keysSchema = z.object({ keys: z.array(keySchema) });
const newKeySchema = keySchema.extend({ key: z.string() });

/** `aios keys …`: API keys for scripts and other machines. */
export function register(program: Command, deps: CliDeps): void {
	const keys = program.command("keys").description("API keys for scripts and other machines");
	keys
		.command("create")
		.description("make a key; it is printed once")
		.argument("<name>", "what it is for")
		.option("--scope <scopes...>", "what it may do, as SERVER:TOOL:EFFECT with * for any (default: all you may)")
		.option("--days <days>", "days until it expires (default: never)", readCount)
		.action(async (name: string, options: { scope?: string[]; days?: number }) => {
			const client = await deps.client();
			const made = await client.request("POST", "/api_keys", newKeySchema, {
				name,
				...(options.scope === undefined ? {} : { scopes: options.scope }),
				...(options.days === undefined ? {} : { expires_in_days: options.days }),
			});
			announce(made, deps);
		});
	keys
		.command("list", { isDefault: true })
		.description("list your keys")
		.action(async () => {
			const client = await deps.client();
			const { keys: all } = await client.request("GET", "/api_keys", keysSchema);
			const rows = all.map((key) => [
				key.id,
				key.name,
				state(key),
				key.last_used_at ?? "never used",
				key.scopes.join(" "),
			]);
			deps.print(table([["ID", "NAME", "STATE", "LAST USED", "MAY"], ...rows]));
		});
	keys
		.command("revoke")
		.description("make a key useless at once")
		.argument("<id>", "as in the list")
		.action(async (id: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/api_keys/${encodeURIComponent(id)}`, z.unknown());
			deps.note("It is refused from now on.");
		});
	keys
		.command("rotate")
		.description("make a successor of the same rights; the old key stays good for a while")
		.argument("<id>", "as in the list")
		.option("--overlap <seconds>", "how long the old key stays good", readCount, 86_400)
		.action(async (id: string, options: { overlap: number }) => {
			const client = await deps.client();
			const path = `/api_keys/${encodeURIComponent(id)}/rotate`;
			announce(await client.request("POST", path, newKeySchema, { overlap_s: options.overlap }), deps);
		});
}

function announce({ key, id, name }: z.output<typeof newKeySchema>, deps: CliDeps): void {
	deps.print(key);
	deps.note(`This is the key "${name}" (${id}). It is shown only now: keep it safe.`);
}

function state(key: z.output<typeof keySchema>): string {
	if (key.revoked_at !== null) return "revoked";
	if (key.expires_at === null) return "good";
	return new Date(key.expires_at) < new Date() ? "expired" : `good until ${key.expires_at}`;
}

/** A whole number of at least 0, as an option's value. */
function readCount(value: string): number {
	if (/^\d+$/.test(value)) return Number(value);
	throw new InvalidArgumentError("It is a whole number.");
}
