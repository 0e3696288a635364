import { z } from "zod";
import { replySchema } from "../../../core/contract/index.ts";
import type { Account } from "../account/index.ts";
import type { Turn } from "./turns.ts";

const shown = 50;

const pastTurn = replySchema.partial({ timings: true }).extend({
	text: z.string().optional(),
	transcript: z.string().optional(),
	at: z.union([z.string(), z.number()]),
});

const page = z.object({ turns: z.array(z.unknown()) });

/** The latest turns of the past, oldest first. A turn in a form this page does not know is left out. */
export async function readHistory(account: Pick<Account, "fetch">): Promise<Turn[]> {
	const response = await account.fetch(`/history?limit=${shown}`);
	if (!response.ok) return [];
	return page
		.parse(await response.json())
		.turns.flatMap((turn) => pastTurn.safeParse(turn).data ?? [])
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
}
