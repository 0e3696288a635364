import { z } from "zod";
import type { CatalogueTool } from "../contract/index.ts";
import { type ListedTool, metaKeys } from "./connection.ts";

const voiceSchema = z.object({
	en: z.object({
		sentences: z.array(z.string().max(300)).max(200),
		fixed: z.array(z.object({ text: z.string(), values: z.record(z.string(), z.unknown()) })).optional(),
		followUps: z
			.array(
				z.object({
					text: z.string(),
					after: z.string().optional(),
					values: z.record(z.string(), z.unknown()).optional(),
				}),
			)
			.optional(),
		examples: z.array(z.string().max(300)).max(200).optional(),
		ask: z.record(z.string(), z.string()).optional(),
	}),
});

/** What a server may say of its tools beyond MCP. */
const extraSchema = z.object({
	effect: z.enum(["read", "write", "destructive", "outbound"]),
	role: z.enum(["administrator", "user", "guest"]),
	timeoutMs: z.number().positive().max(600_000),
	voice: voiceSchema.optional(),
	resolves: z.boolean(),
	outside: z.boolean(),
	harmless: z.boolean(),
	stateful: z.boolean(),
});

/** Longest call of a tool that does not say: below the 60 s after which MCP clients give up. */
const defaultTimeoutMs = 30_000;

/** Output of a tool that describes none: its text. */
const textOutput = { type: "object", properties: { text: { type: "string" } } };

/**
 * A listed tool as it stands in the catalogue. Where the server is one of ours (`trusted`) its own word counts;
 * otherwise the effect comes from the MCP hints, read as the specification has it: absent hints mean the worst. What a
 * server that is not ours says is a stranger's word.
 */
export function toCatalogueTool(server: string, listed: ListedTool, trusted: boolean): CatalogueTool {
	const extra = extraSchema.partial().safeParse(listed._meta?.[metaKeys.tool]);
	const said = extra.success ? extra.data : {};
	const hints = listed.annotations ?? {};
	const effect = (trusted ? said.effect : undefined) ?? effectOf(hints);
	return {
		server,
		name: listed.name,
		title: listed.title ?? hints.title ?? titleOf(listed.name),
		description: listed.description ?? "",
		effect,
		role: (trusted ? said.role : undefined) ?? "user",
		idempotent: effect === "read" || hints.idempotentHint === true,
		...(!trusted || said.outside === true ? { outside: true } : {}),
		...(trusted && said.harmless === true ? { harmless: true } : {}),
		...(trusted && said.stateful === true ? { stateful: true } : {}),
		...(hints.openWorldHint === undefined ? {} : { openWorld: hints.openWorldHint }),
		input: listed.inputSchema,
		output: listed.outputSchema ?? textOutput,
		...(said.voice === undefined ? {} : { voice: said.voice }),
		timeoutMs: said.timeoutMs ?? defaultTimeoutMs,
		...(trusted && said.resolves === true ? { resolves: true } : {}),
	};
}

function effectOf(hints: NonNullable<ListedTool["annotations"]>): CatalogueTool["effect"] {
	if (hints.readOnlyHint === true) return "read";
	if (hints.destructiveHint === true) return "destructive";
	if (hints.openWorldHint !== false) return "outbound";
	return hints.destructiveHint === false ? "write" : "destructive";
}

function titleOf(name: string): string {
	const words = name.replaceAll(/[_-]+/g, " ").trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}
