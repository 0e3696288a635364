import { z } from "zod";

export const replyStatus = z.enum(["done", "failed", "confirm", "ask", "unknown"]);

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
	timings: z.object({ understand_ms: z.number(), dispatch_ms: z.number(), total_ms: z.number() }),
});

export type Reply = z.output<typeof replySchema>;
