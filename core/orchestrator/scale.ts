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

interface Times {
	/** Since when there are too many calls. */
	busy: number | undefined;
	/** When there were last too many for one replica fewer. */
	calm: number;
}

/**
 * Adds replicas where calls pile up, until the returned function is called. After calm one retires: it is left alone
 * and goes when it has no call on its way, or comes back into use when load returns first.
 */
export function watchLoad({ scaled, calmMs, clock, log, changed }: ScaleDeps): () => void {
	const since = new Map<Scaled, Times>(
		scaled.map((server) => [server, { busy: undefined, calm: clock.now().getTime() }]),
	);
	let cancel = clock.after(lookMs, look);

	function look(): void {
		for (const [server, times] of since) {
			consider(server, times, clock.now().getTime());
			takeAway(server.entry);
		}
		cancel = clock.after(lookMs, look);
	}

	function consider({ entry, min, max, add }: Scaled, times: Times, now: number): void {
		const working = entry.replicas.filter(({ retiring }) => !retiring);
		const ready = working.filter((replica) => replica.available()).length;
		// Those that only one replica can take are no lighter with two.
		const calls = working.reduce((sum, { outstanding, bound }) => sum + outstanding - bound, 0);
		times.busy = calls > busyCalls * Math.max(1, ready) ? (times.busy ?? now) : undefined;
		// One fewer would still be calm: otherwise it would come back at once.
		if (calls > calmCalls * Math.max(1, working.length - 1)) times.calm = now;
		if (times.busy !== undefined && now - times.busy >= busyMs && working.length < max && ready > 0) {
			times.busy = undefined;
			const back = entry.replicas.find(({ retiring }) => retiring);
			if (back === undefined) entry.replicas.push(add());
			else back.retiring = false;
			log.info("a replica is added for the load", { server: entry.name, replicas: working.length + 1 });
			changed();
		} else if (working.length > min && now - times.calm >= calmMs) {
			times.calm = now;
			const last = working.findLast(({ passing }) => passing);
			if (last !== undefined) last.retiring = true;
		}
	}

	function takeAway(entry: ServerEntry): void {
		const gone = entry.replicas.filter(({ retiring, outstanding }) => retiring && outstanding === 0);
		if (gone.length === 0) return;
		entry.replicas = entry.replicas.filter((replica) => !gone.includes(replica));
		log.info("a replica is taken away after calm", { server: entry.name, replicas: entry.replicas.length });
		changed();
		for (const replica of gone) void replica.process?.stop().then(() => replica.close());
	}

	return () => cancel();
}
