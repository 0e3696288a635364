import { z } from "zod";

/** Who a call is made for. Permissions are `SERVER:TOOL:EFFECT` patterns in which each part may be `*`. */
export interface Principal {
	id: string;
	name: string;
	role: string;
	permissions: readonly string[];
	/**
	 * How they signed in: `application` is a program they let in at `/mcp`; what comes from `internal` is the assistant's
	 * own work (a due reminder).
	 */
	via: "token" | "key" | "application" | "internal";
	/** The built-in role that `role` is or builds on; absent means `role` itself. */
	base?: BuiltInRole;
	/** Patterns of calls that are asked about first, even direct ones. */
	ask?: readonly string[];
	/** Id of the key, grant or sign-in it came by, for the audit log. */
	credential?: string;
}

/** Whether a pattern `SERVER:TOOL:EFFECT` covers a tool. */
export function covers(pattern: string, { server, name, effect }: PatternedTool): boolean {
	const [forServer, forName, forEffect] = pattern.split(":");
	return fits(forServer, server) && fits(forName, name) && fits(forEffect, effect);
}

/** Of a tool what permissions go by. */
export interface PatternedTool {
	server: string;
	name: string;
	effect: string;
}

function fits(part: string | undefined, value: string): boolean {
	return part === "*" || part === value;
}

/** The roles every installation has; further ones are data. */
export type BuiltInRole = "administrator" | "user" | "guest";

/** A principal as it travels between processes and in the orchestrator's own tokens. */
export const principalSchema = z.object({
	id: z.string(),
	name: z.string(),
	role: z.string(),
	permissions: z.array(z.string()),
	via: z.enum(["token", "key", "application", "internal"]),
	base: z.enum(["administrator", "user", "guest"]).optional(),
	ask: z.array(z.string()).optional(),
	credential: z.string().optional(),
});
