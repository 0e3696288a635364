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

/** What was said and done since the product began, oldest first. */
export async function historyOf(product: Product) {
	return (await product.get("/history?limit=200", historySchema)).turns.reverse();
}
