import type { Attachment, CallContext, CatalogueTool, Requirement } from "../contract/index.ts";

/** A server whose tools run in this process (the main server); made by the surface. */
export interface InProcessServer {
	name: string;
	title: string;
	tools: readonly CatalogueTool[];
	run(
		tool: string,
		input: unknown,
		context: CallContext,
	): Promise<{ output: Record<string, unknown>; say: string; attachments: Attachment[] }>;
	requirements(): Promise<Requirement[]>;
}

/** A server started, watched and restarted as a process of its own. */
export interface ProcessServer {
	name: string;
	title: string;
	/** The command line, without secrets: they go over IPC in `start`. */
	command: readonly string[];
	/** Port of the first replica on 127.0.0.1; 0 picks a free one, as every further replica does. */
	port: number;
	/** The body of the `start` message the process gets; `port` is added. */
	start: Record<string, unknown>;
	/** Replicas at start, and the least kept; 1 by default. */
	replicas?: number;
	/** Most replicas that load may bring; as many as at start by default. */
	maxReplicas?: number;
}
