import { z } from "zod";
import { AiosError, type Reply } from "../../contract/index.ts";
import type { ToolResult } from "../../surface/index.ts";

const outputSchema = z.record(z.string(), z.unknown());

/** What a call came to, as the result of its tool. Throws what it failed with. */
export function resultOf({ status, reply, result, attachments = [], error, warning }: Reply): ToolResult {
	if (status === "done") {
		const output = outputSchema.safeParse(result).data ?? {};
		return { output, say: reply, attachments, ...(warning === undefined ? {} : { warning }) };
	}
	const { code = "internal", message = reply, fix } = error ?? {};
	throw AiosError.fromJSON({ code, message, spoken: reply, ...(fix === undefined ? {} : { fix }) });
}
