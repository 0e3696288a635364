import type { Announcement, Clock } from "../contract/index.ts";

/** How often it is looked whether somebody is still speaking, in milliseconds. */
const lookMs = 200;

/** An alarm is repeated after this pause, and gives up after so long. */
const repeatMs = 6000;
const givesUpMs = 10 * 60_000;

/** More than this waiting at once is not worth hearing: the oldest are dropped (they are on the page). */
const mostWaiting = 8;

export interface Announcer {
	add(announcement: Pick<Announcement, "text" | "kind">): void;
	/** An alarm is sounding, or waits to be repeated. */
	ringing(): boolean;
	/** The person has heard it: alarms end. Gives whether there was one. */
	silence(): boolean;
	close(): void;
}

/** Says things of the assistant's own accord, one after the other, when `free` says that nobody is speaking. */
export function createAnnouncer(deps: {
	clock: Clock;
	free(): boolean;
	say(text: string): Promise<unknown>;
}): Announcer {
	const { clock } = deps;
	const waiting: { text: string; kind: Announcement["kind"]; since: number; notBefore: number }[] = [];
	let cancel: (() => void) | undefined;
	let saying: Announcement["kind"] | undefined;
	let silenced = false;
	let closed = false;

	const look = (): void => {
		cancel = undefined;
		if (closed || saying !== undefined) return;
		const now = clock.now().getTime();
		const index = deps.free() ? waiting.findIndex((each) => each.notBefore <= now) : -1;
		const next = index < 0 ? undefined : waiting.splice(index, 1)[0];
		if (next === undefined) {
			later();
			return;
		}
		saying = next.kind;
		silenced = false;
		void deps.say(next.text).finally(() => {
			saying = undefined;
			const after = clock.now().getTime();
			if (next.kind === "alarm" && !silenced && after - next.since < givesUpMs) {
				waiting.push({ ...next, notBefore: after + repeatMs });
			}
			later();
		});
	};

	const later = (): void => {
		if (closed || waiting.length === 0 || cancel !== undefined) return;
		cancel = clock.after(lookMs, look);
	};

	return {
		add({ text, kind }) {
			if (closed) return;
			const now = clock.now().getTime();
			waiting.push({ text, kind, since: now, notBefore: now });
			if (waiting.length > mostWaiting) waiting.shift();
			if (saying === undefined && deps.free()) {
				cancel?.();
				look();
			} else later();
		},
		ringing: () => saying === "alarm" || waiting.some((each) => each.kind === "alarm"),
		silence() {
			const rang = saying === "alarm" || waiting.some((each) => each.kind === "alarm");
			silenced = true;
			for (let i = waiting.length - 1; i >= 0; i -= 1) {
				// One that has not been heard yet is not silenced.
				const each = waiting[i];
				if (each?.kind === "alarm" && each.notBefore > each.since) waiting.splice(i, 1);
			}
			return rang;
		},
		close() {
			closed = true;
			waiting.length = 0;
			cancel?.();
		},
	};
}
