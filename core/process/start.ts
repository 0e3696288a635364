import { z } from "zod";
import { tracesSchema } from "../contract/index.ts";

/** What the main process tells a server's process before it starts; nothing of it is on the command line. */
export const startSchema = z.object({
	type: z.literal("start"),
	/** 0 picks a free one. */
	port: z.number().int().min(0).max(65_535),
	host: z.string().default("127.0.0.1"),
	version: z.string(),
	/** The server's own folder below the data folder. */
	dataDir: z.string(),
	settings: z.unknown(),
	/** Environment of what the server itself starts. */
	childEnv: z.record(z.string(), z.string()),
	/** Where tools may reach files. */
	folders: z.object({ allowed: z.array(z.string()), denied: z.array(z.string()), home: z.string().optional() }),
	/** Host names it answers to besides the loopback ones. */
	hosts: z.array(z.string()).default([]),
	logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
	/** Where this process sends its part of traces; absent where nothing is traced. */
	traces: tracesSchema.optional(),
	/** Further settings of the parts the composition adds (speech engines), read by them. */
	parts: z.unknown().optional(),
});

export type Start = z.output<typeof startSchema>;
