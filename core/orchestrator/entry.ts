import type { CatalogueTool, Requirement, ServerStatus, SystemStatus } from "../contract/index.ts";
import type { InProcessServer } from "./parts.ts";
import type { Replica } from "./replica.ts";

/** One server as the orchestrator knows it, whatever it runs in. */
export interface ServerEntry {
	name: string;
	title: string;
	/** `built-in`, or how a registered server is spoken to. */
	type: string;
	tools: ReadonlyMap<string, CatalogueTool>;
	replicas: Replica[];
	/** Set where the tools run in this process. */
	local?: InProcessServer;
	/** Ours: its own word about its tools counts, and it takes the orchestrator's tokens. */
	trusted: boolean;
	requirements(): Requirement[];
	/** Where it demands a sign-in: whether somebody has to, and why. */
	signIn?(): { state: "needed" | "done"; reason?: string } | undefined;
	/** Why its tools are not what they could be: held back, or never listed. */
	note?: string;
	/** What it became last, oldest first; see {@link noteStatus}. */
	history: { at: string; status: ServerStatus; reason?: string }[];
}

/** Changes of state that are remembered of each server. */
const remembered = 10;

/** Writes down what a server has become, where that is something else than before. */
export function noteStatus(entry: ServerEntry, at: Date): void {
	const status = statusOf(entry);
	if (entry.history.at(-1)?.status === status) return;
	const reason = reasonOf(entry);
	entry.history.push({ at: at.toISOString(), status, ...(reason === undefined ? {} : { reason }) });
	if (entry.history.length > remembered) entry.history.shift();
}

/** Why it is not healthy, or not what it could be. */
function reasonOf({ replicas, signIn, note }: ServerEntry): string | undefined {
	return replicas.map((replica) => replica.reason()).find((found) => found !== undefined) ?? signIn?.()?.reason ?? note;
}

/** Its status as the replicas make it: one that works keeps the server up. */
export function statusOf({ local, replicas, signIn }: ServerEntry): ServerStatus {
	if (local !== undefined) return "healthy";
	const status = statusOfReplicas(replicas);
	return status === "healthy" && signIn?.()?.state === "needed" ? "degraded" : status;
}

function statusOfReplicas(replicas: readonly Replica[]): ServerStatus {
	const states = new Set(replicas.map((replica) => replica.status()));
	if (states.size === 1) return [...states][0] ?? "stopped";
	// A replica on its way does not make those that work any worse.
	if (states.has("healthy") && states.size === 2 && states.has("starting")) return "healthy";
	if (states.has("healthy") || states.has("degraded")) return "degraded";
	return states.has("starting") ? "starting" : states.size === 0 ? "stopped" : "unhealthy";
}

/** The server as `GET /system/status` shows it. */
export function describeEntry(entry: ServerEntry): SystemStatus["servers"][number] {
	const signIn = entry.signIn?.();
	const reason = reasonOf(entry);
	return {
		name: entry.name,
		title: entry.title,
		type: entry.type,
		status: statusOf(entry),
		...(reason === undefined ? {} : { reason }),
		...(signIn === undefined ? {} : { sign_in: signIn.state }),
		tools: entry.tools.size,
		replicas: entry.replicas.map((replica) => ({
			url: replica.url() ?? "",
			status: replica.status(),
			latency_ms: rounded(replica.latencyMs === 0 ? replica.checkMs : replica.latencyMs),
		})),
		history: [...entry.history],
		requirements: entry.requirements(),
	};
}

function rounded(ms: number | undefined): number | null {
	return ms === undefined ? null : Math.round(ms * 100) / 100;
}
