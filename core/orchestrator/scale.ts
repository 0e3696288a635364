import type { Clock, Logger } from "../contract/index.ts";
import type { ServerEntry } from "./entry.ts";
import type { Replica } from "./replica.ts";

/** How often the load is looked at, in milliseconds. */
const lookMs = 250;
/** Calls on their way for each replica that count as too many, and for how long they must last to bring another one. */
const busyCalls = 8;
const busyMs = 750;
/** Calls for each replica below which one too many is taken away, once that has lasted {@link ScaleDeps.calmMs}. */
const calmCalls = 2;

export interface Scaled {
	entry: ServerEntry;
	/** Least and most replicas. */
	min: number;
	max: number;
	/** Makes one more, started or starting. */
	add(): Replica;
}

export interface ScaleDeps {
	scaled: readonly Scaled[];
	/** Milliseconds of calm after which a replica is taken away. */
	calmMs: number;
	clock: Clock;
	log: Logger;
	changed(): void;
}

/** Adds replicas where calls pile up and takes them away after calm, until the returned function is called. */
export function watchLoad({ scaled, calmMs, clock, log, changed }: ScaleDeps): () => void {
	const since = new Map(
		scaled.map((server) => [server, { busy: undefined as number | undefined, calm: clock.now().getTime() }]),
	);
	let cancel = clock.after(lookMs, look);

	function look(): void {
		for (const [server, times] of since) consider(server, times, clock.now().getTime());
		cancel = clock.after(lookMs, look);
	}

	function consider(server: Scaled, times: { busy: number | undefined; calm: number }, now: number): void {
		const { entry, min, max } = server;
		const calls = entry.replicas.reduce((sum, { outstanding }) => sum + outstanding, 0);
		const ready = entry.replicas.filter((replica) => replica.available()).length;
		times.busy = calls > busyCalls * Math.max(1, ready) ? (times.busy ?? now) : undefined;
		// One fewer would still be calm: otherwise it would come back at once.
		if (calls > calmCalls * Math.max(1, entry.replicas.length - 1)) times.calm = now;
		if (times.busy !== undefined && now - times.busy >= busyMs && entry.replicas.length < max && ready > 0) {
			times.busy = undefined;
			entry.replicas.push(server.add());
			log.info("a replica is added for the load", { server: entry.name, replicas: entry.replicas.length });
			changed();
		} else if (entry.replicas.length > min && now - times.calm >= calmMs) {
			times.calm = now;
			const [gone] = entry.replicas.splice(-1);
			log.info("a replica is taken away after calm", { server: entry.name, replicas: entry.replicas.length });
			changed();
			void gone?.process?.stop().then(() => gone.close());
		}
	}

	return () => cancel();
}
