import { useEffect, useState } from "react";
import { z } from "zod";
import type { Account } from "../account/index.ts";

const voiceSchema = z.object({
	en: z.object({ sentences: z.array(z.string()), examples: z.array(z.string()).optional() }),
});

const toolSchema = z.object({
	server: z.string(),
	name: z.string(),
	title: z.string(),
	description: z.string().optional(),
	effect: z.enum(["read", "write", "destructive", "outbound"]),
	examples: z.array(z.string()).optional(),
	voice: voiceSchema.optional(),
});

export type SayableTool = z.output<typeof toolSchema>;

const catalogueSchema = z.union([z.array(toolSchema), z.object({ tools: z.array(toolSchema) })]);

/** The tools this person can use, read anew whenever `version` changes; empty until they are there. */
export function useCatalogue(account: Pick<Account, "fetch">, version: unknown): readonly SayableTool[] {
	const [tools, setTools] = useState<readonly SayableTool[]>([]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: `version` tells when to read anew
	useEffect(() => {
		let current = true;
		readCatalogue(account).then(
			(read) => current && setTools(read),
			() => undefined,
		);
		return () => {
			current = false;
		};
	}, [account, version]);
	return tools;
}

async function readCatalogue(account: Pick<Account, "fetch">): Promise<SayableTool[]> {
	const response = await account.fetch("/tools");
	if (!response.ok) return [];
	const read = catalogueSchema.parse(await response.json());
	return Array.isArray(read) ? read : read.tools;
}

/** Sentences to show for a tool, as people would say them; "…" stands for a value. The plainest come first. */
export function sentencesOf(tool: SayableTool): string[] {
	const written = [...(tool.voice?.en.examples ?? []), ...(tool.examples ?? []), ...(tool.voice?.en.sentences ?? [])];
	const spoken = [...new Set(written.map(asSaid))];
	return spoken.sort((a, b) => Number(a.includes("…")) - Number(b.includes("…"))).slice(0, 4);
}

/** A template as one of the sentences it stands for: first alternatives, nothing optional, "…" for values. */
function asSaid(template: string): string {
	let text = template;
	for (let before = ""; before !== text; ) {
		before = text;
		text = text.replace(/\[[^[\]()]*\]/g, "").replace(/\(([^()[\]|]*)\|?[^()[\]]*\)/g, "$1");
	}
	const words = text
		.replace(/\{\w+!?\}/g, "…")
		.replace(/\s+/g, " ")
		.trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}
