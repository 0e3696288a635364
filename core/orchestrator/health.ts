import { z } from "zod";
import { AiosError, type Clock, type Logger } from "../contract/index.ts";
import { requirementSchema } from "../ipc/index.ts";
import { createLanes } from "./lanes.ts";
import type { Replica } from "./replica.ts";

/** A check unanswered after this many milliseconds has failed. */
const checkLimitMs = 2_000;
/** Registered servers asked at once: a crowd that hangs must not keep its checks open by the thousand. */
const checksAtOnce = 32;
/** A process of ours that missed this many checks in a row hangs, and is started anew. */
const missedToRestart = 3;

/** Asks one replica how it is. Any answer below 500 is a sign of life: a registered server may have no `/health`. */
export async function checkReplica(replica: Replica, log: Logger): Promise<void> {
	const url = replica.url();
	if (url === undefined || (replica.process?.status() ?? "healthy") !== "healthy") return;
	const began = performance.now();
	const line = replica.connection();
	if (line?.check !== undefined && !/^https?:/.test(url)) {
		try {
			await line.check(AbortSignal.timeout(checkLimitMs));
			replica.checked({ ms: performance.now() - began });
		} catch (thrown) {
			replica.checked({ reason: AiosError.from(thrown).message });
		}
		return;
	}
	try {
		const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(checkLimitMs), redirect: "manual" });
		if (replica.process === undefined) await response.body?.cancel();
		else takeNeeds(replica, await response.json());
		if (response.status < 500) return replica.checked({ ms: performance.now() - began });
		replica.checked({ reason: `Its health check answered ${response.status}.` });
	} catch (thrown) {
		const late = thrown instanceof Error && thrown.name === "TimeoutError";
		replica.checked({ reason: late ? "It does not answer." : "It can't be reached." });
	}
	if (replica.process !== undefined && replica.missed() >= missedToRestart) {
		log.warn("a server hangs and is restarted", { replica: replica.id });
		replica.process.restart("It stopped answering.");
	}
}

const healthSchema = z.object({ requirements: z.array(requirementSchema) });

function takeNeeds(replica: Replica, body: unknown): void {
	const health = healthSchema.safeParse(body);
	if (health.success) replica.process?.needs(health.data.requirements);
}

/** Checks every replica each `intervalMs` until the returned function is called; no process of ours waits for another. */
export function watchHealth(deps: {
	replicas(): Iterable<Replica>;
	intervalMs: number;
	clock: Clock;
	log: Logger;
}): () => void {
	let cancel = deps.clock.after(deps.intervalMs, check);
	const checking = new Set<Replica>();
	const inLane = createLanes(checksAtOnce);
	function check(): void {
		for (const replica of deps.replicas()) {
			if (checking.has(replica)) continue;
			checking.add(replica);
			const ask = () => checkReplica(replica, deps.log);
			void (replica.process === undefined ? inLane(ask) : ask()).finally(() => checking.delete(replica));
		}
		cancel = deps.clock.after(deps.intervalMs, check);
	}
	return () => cancel();
}
