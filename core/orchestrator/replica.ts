import { AiosError, type Clock, type ServerStatus } from "../contract/index.ts";
import { peakEwma } from "./balance.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import { type Connection, ConnectionLost, type ConnectionResult } from "./connection.ts";
import type { SupervisedProcess } from "./process.ts";

/** One running copy of a server. */
export interface Replica {
	readonly id: string;
	/** Where it answers; undefined while its process does not run. */
	url(): string | undefined;
	connection(): Connection | undefined;
	status(): ServerStatus;
	reason(): string | undefined;
	/** Whether a call may be sent to it now. */
	available(): boolean;
	/** Calls on their way. */
	outstanding: number;
	/** Those among them that no other replica could have taken. */
	bound: number;
	/** Load brought it and calm takes it away again, so that nothing is left in it for a later call. */
	readonly passing: boolean;
	/** It gets no more calls while another can take them, and goes when it has none on their way. */
	retiring: boolean;
	/** Peak EWMA of call latency in milliseconds; 0 while there was none lately, so that it is tried anew. */
	readonly latencyMs: number;
	/** Milliseconds the last health check took; undefined before the first. */
	checkMs: number | undefined;
	/** Runs one call over it and learns from how it went. What the tool itself fails with is an answer like any other. */
	use(call: (connection: Connection) => Promise<ConnectionResult>, bound?: boolean): Promise<ConnectionResult>;
	/** What a health check found: the milliseconds it took, or why it failed. */
	checked(found: { ms: number } | { reason: string }): void;
	/** Health checks failed in a row. */
	missed(): number;
	process: SupervisedProcess | undefined;
	close(): Promise<void>;
}

export interface ReplicaDeps {
	id: string;
	clock: Clock;
	/** Opens a line to the address; called anew when the address changes. */
	connect(url: string): Connection;
	/** A fixed address, or the process that has one while it runs. */
	at: string | SupervisedProcess;
	/** See {@link Replica.passing}; false by default. */
	passing?: boolean;
	onChange(): void;
}

/** Milliseconds after which a latency is too old to keep calls away. */
const staleMs = 30_000;

/** Failures that say something about the replica and not about the call: it can't be reached, or never answers. */
function isReplicaFailure(error: AiosError): boolean {
	return error instanceof ConnectionLost || error.code === "timeout";
}

/** Makes a replica: its address, its health by traffic and by checks, and its circuit breaker. */
export function createReplica({ id, clock, connect, at, passing = false, onChange }: ReplicaDeps): Replica {
	const process = typeof at === "string" ? undefined : at;
	const breaker: Breaker = createBreaker({ clock });
	let open: { url: string; connection: Connection } | undefined;
	let latencyMs = 0;
	let updatedAt = 0;
	/** The next call opens the line first, which says nothing about the calls after it. */
	let opens = false;
	let missed = 0;
	let why: string | undefined;

	const url = () => (typeof at === "string" ? at : at.url());

	function connection(): Connection | undefined {
		const now = url();
		if (now === undefined) return undefined;
		if (open?.url !== now) {
			// A new address is a new process: what was learnt about the old one does not count.
			if (open !== undefined) {
				void open.connection.close();
				breaker.reset();
				missed = 0;
				why = undefined;
			}
			open = { url: now, connection: connect(now) };
			opens = true;
		}
		return open.connection;
	}

	function status(): ServerStatus {
		const running = process?.status() ?? "healthy";
		if (running !== "healthy") return running;
		connection();
		if (breaker.state() !== "closed" || missed >= 2) return "unhealthy";
		return breaker.failures() > 0 || missed > 0 ? "degraded" : "healthy";
	}

	function noted(change: () => void): void {
		const before = status();
		change();
		if (status() !== before) onChange();
	}

	function latency(ms: number): void {
		const now = clock.now().getTime();
		latencyMs = peakEwma(latencyMs, ms, Math.max(0, now - updatedAt));
		updatedAt = now;
	}

	const replica: Replica = {
		id,
		url,
		connection,
		status,
		reason: () => process?.reason() ?? (status() === "healthy" ? undefined : why),
		available: () => connection() !== undefined && missed < 2 && breaker.allows(),
		outstanding: 0,
		bound: 0,
		passing,
		retiring: false,
		get latencyMs() {
			return clock.now().getTime() - updatedAt > staleMs ? 0 : latencyMs;
		},
		checkMs: undefined,
		process,
		missed: () => missed,
		async use(call, bound = false) {
			const line = connection();
			if (line === undefined) throw new ConnectionLost("The server is not running.", false);
			breaker.began();
			replica.outstanding += 1;
			replica.bound += Number(bound);
			const counts = !opens;
			opens = false;
			const began = performance.now();
			try {
				const result = await call(line);
				if (counts && result.failure === undefined) latency(performance.now() - began);
				noted(breaker.succeeded);
				return result;
			} catch (thrown) {
				const error = AiosError.from(thrown);
				if (isReplicaFailure(error)) {
					noted(() => {
						breaker.failed();
						why = error.message;
					});
				} else if (error.code !== "cancelled") {
					noted(breaker.succeeded);
				}
				throw error;
			} finally {
				replica.outstanding -= 1;
				replica.bound -= Number(bound);
			}
		},
		checked(found) {
			noted(() => {
				if ("ms" in found) {
					missed = 0;
					replica.checkMs = found.ms;
					// A replica that answers its check gets its trial from the next call, and its good name with that.
					if (breaker.state() === "half-open" && process === undefined) breaker.succeeded();
				} else {
					missed += 1;
					why = found.reason;
				}
			});
		},
		async close() {
			await open?.connection.close();
		},
	};
	return replica;
}
