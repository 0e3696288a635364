import { z } from "zod";
import type { Product } from "./product.ts";

const historySchema = z.object({
	turns: z.array(
		z.object({
			status: z.string(),
			reply: z.string(),
			server: z.string().optional(),
			tool: z.string().optional(),
			arguments: z.record(z.string(), z.unknown()).optional(),
			text: z.string().optional(),
			source: z.string(),
		}),
	),
});

/** What a person said and did since the product began, oldest first. */
export async function historyOf({ url, token }: Pick<Product, "url" | "token">) {
	const answer = await fetch(`${url}/history?limit=200`, { headers: { authorization: `Bearer ${token}` } });
	return historySchema.parse(await answer.json()).turns.reverse();
}
