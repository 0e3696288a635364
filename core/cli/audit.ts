import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

const entrySchema = z.looseObject({
	id: z.number(),
	at: z.number(),
	userName: z.string().nullable(),
	userId: z.string().nullable(),
	origin: z.string(),
	action: z.string(),
	target: z.string(),
	outcome: z.string(),
	code: z.string().nullable(),
});
const pageSchema = z.object({ entries: z.array(entrySchema), next: z.number().nullable() });
type Entry = z.output<typeof entrySchema>;

/** Most rows of one request. */
const pageRows = 500;

interface Wanted {
	user?: string;
	action?: string;
	target?: string;
	outcome?: string;
	origin?: string;
	turn?: string;
	since?: string;
	until?: string;
	limit: number;
	json?: true;
}

/** `aios audit`: who did what, when, from where, and what came of it. */
export function register(program: Command, deps: Pick<CliDeps, "client" | "print">): void {
	program
		.command("audit")
		.description("who did what, when, from where, and what came of it; newest first")
		.option("--user <who>", "id or name")
		.option("--action <what>", "as in tool.call or sign-in; key.* for all that begin so")
		.option("--target <what>", "what it was done to, as in system:delete_path or system:*")
		.addOption(new Option("--outcome <how>").choices(["done", "failed", "denied", "asked"]))
		.option("--origin <where>", "a network address, voice, text, direct or mcp")
		.option("--turn <id>", "the turn it belongs to")
		.option("--since <when>", "a day or an instant, as in 2026-11-25 or 2026-11-25T06:00", readInstant)
		.option("--until <when>", "before this day or instant", readInstant)
		.option("--limit <rows>", "how many", readCount, 50)
		.option("--json", "one JSON object a line")
		.action(async ({ limit, json, ...wanted }: Wanted) => {
			const client = await deps.client();
			const found: Entry[] = [];
			let before: number | null = null;
			do {
				const size = Math.min(pageRows, limit - found.length);
				const query = new URLSearchParams({ ...wanted, limit: String(size) });
				if (before !== null) query.set("before", String(before));
				const { entries, next } = await client.request("GET", `/audit?${query}`, pageSchema);
				found.push(...entries);
				before = next;
			} while (before !== null && found.length < limit);
			if (json)
				for (const entry of found) deps.print(JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() }));
			else deps.print(table([["WHEN", "WHO", "WHENCE", "WHAT", "TO", "OUTCOME"], ...found.map(row)]));
		});
}

function row({ at, userName, userId, origin, action, target, outcome, code }: Entry): string[] {
	const how = code === null ? outcome : `${outcome} (${code})`;
	return [new Date(at).toISOString(), userName ?? userId ?? "nobody", origin, action, target, how];
}

/** A day or an instant of the local clock, or with an offset, as ISO 8601 in UTC. */
function readInstant(text: string): string {
	const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
	const at = /^\d{4}-\d{2}-\d{2}T/.test(day) ? new Date(day) : new Date(Number.NaN);
	if (Number.isNaN(at.getTime()))
		throw new InvalidArgumentError("Expected a day or an instant, as in 2026-11-25T06:00.");
	return at.toISOString();
}

function readCount(text: string): number {
	if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Expected a whole number of at least 1.");
}
