import { z } from "zod";
import {
	type CatalogueTool,
	type Clock,
	type CommandOptions,
	carriedKeyword,
	type Understander,
	type Understanding,
} from "../contract/index.ts";
import type { Policy } from "./policy.ts";
import type { Conversations } from "./sessions.ts";
import { isQuestion } from "./small-talk.ts";

export type Understood = Extract<Understanding, { kind: "call" }>;

interface Deps {
	catalogue(): CatalogueTool[];
	understander: Understander;
	policy: Policy;
	conversations: Conversations;
	clock: Clock;
}

type Asking = Pick<CommandOptions, "user" | "source" | "signal"> & { key: string };

/** What `words` mean for each of the works that go on, as if they were said right after it began; at most so many. */
export async function callsForWorks(
	{ understander, conversations, clock }: Deps,
	{ key, signal }: Asking,
	{ words, most }: { words: string; most: number },
): Promise<Understood[]> {
	const found: Understood[] = [];
	for (const previous of conversations.works(key)) {
		const meant = await understander.understand(words, { now: clock.now(), previous, signal });
		if (meant.kind === "call") found.push(meant);
		if (found.length === most) break;
	}
	return found;
}

/**
 * Offers to look on the web for the answer to a question that no tool serves, where the person may do that: then the
 * words of the offer. Nothing is done before their yes.
 */
export function offerSearch(
	{ catalogue, policy, conversations }: Deps,
	{ key, user, source }: Asking,
	text: string,
): string | undefined {
	const search = catalogue().find(({ server, name }) => server === "browser" && name === "search");
	if (search === undefined || !isQuestion(text)) return undefined;
	try {
		policy.decide({ tool: search, user, source, tainted: false });
	} catch {
		return undefined;
	}
	const query = text.trim().replace(/[?.!]+$/, "");
	conversations.offer(key, { server: search.server, tool: search.name, arguments: { query } });
	return "I don't know that. Shall I search the web for it?";
}

const inputSchema = z.looseObject({ properties: z.record(z.string(), z.looseObject({})).optional() });

/** The values of a call that later calls go on with. */
export function carriedOf(input: CatalogueTool["input"], values: Record<string, unknown>): Record<string, unknown> {
	const fields = inputSchema.safeParse(input).data?.properties ?? {};
	return Object.fromEntries(
		Object.entries(values).filter(([name, value]) => value !== undefined && fields[name]?.[carriedKeyword] === true),
	);
}
