import { z } from "zod";
import { replySchema } from "../../../core/contract/index.ts";
import type { Account } from "../account/index.ts";
import type { Turn } from "./turns.ts";

/** Turns of one page of the history. */
const pageSize = 50;

const pastTurn = replySchema.partial({ timings: true }).extend({
	text: z.string().optional(),
	transcript: z.string().optional(),
	at: z.union([z.string(), z.number()]),
});

const page = z.object({ turns: z.array(z.unknown()), next: z.number().nullish() });

/**
 * A page of the past, its oldest turn first: the latest turns, or those before `before`. `older` is where the next page
 * begins. A turn in a form this page does not know is left out. Rejects where there is no answer.
 */
export async function readHistory(
	account: Pick<Account, "fetch">,
	before?: number,
): Promise<{ turns: Turn[]; older: number | undefined }> {
	const response = await account.fetch(`/history?limit=${pageSize}${before === undefined ? "" : `&before=${before}`}`);
	if (!response.ok) throw new Error(`The history answered ${response.status}.`);
	const { turns, next } = page.parse(await response.json());
	const known = turns
		.flatMap((turn) => pastTurn.safeParse(turn).data ?? [])
		.map(({ at, text, ...reply }): Turn => {
			const timings = reply.timings ?? { understand_ms: 0, dispatch_ms: 0, total_ms: 0 };
			const said = text ?? reply.transcript ?? "";
			return {
				id: reply.turn,
				source: "history",
				said,
				heard: true,
				at: new Date(at).getTime(),
				reply: { ...reply, timings },
			};
		})
		.reverse();
	return { turns: known, older: next ?? undefined };
}
