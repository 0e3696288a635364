import { z } from "zod";
import type { AiosError } from "./errors.ts";

export const replyStatus = z.enum(["done", "failed", "confirm", "ask", "unknown"]);

/** What an answer says besides what was asked: the call was made, but is not in the history. */
export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.output<typeof warningSchema>;

/** The warning of a call that could not be written down. */
export function unwritten({ code, message }: AiosError): Warning {
	return { code, message: `I can't write this into the history: ${message}` };
}

/** The answer to a command, as wire.md fixes it for REST, Socket.IO and voice alike. Times are milliseconds. */
export const replySchema = z.object({
	turn: z.string(),
	status: replyStatus,
	reply: z.string(),
	server: z.string().optional(),
	tool: z.string().optional(),
	arguments: z.record(z.string(), z.unknown()).optional(),
	result: z.unknown().optional(),
	attachments: z.array(z.object({ mimeType: z.string(), data: z.string(), name: z.string().optional() })).optional(),
	confidence: z.number().optional(),
	confirmation: z.object({ id: z.string(), summary: z.string(), expires_at: z.string() }).optional(),
	question: z.object({ slot: z.string(), text: z.string() }).optional(),
	error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).optional(),
	transcript: z.string().optional(),
	warning: warningSchema.optional(),
	timings: z.object({ understand_ms: z.number(), dispatch_ms: z.number(), total_ms: z.number() }),
});

export type Reply = z.output<typeof replySchema>;
