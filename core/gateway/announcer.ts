import type { Announcement } from "../contract/index.ts";

export interface Announcer {
	/** Says it to whoever it is for, or keeps it until they are there. */
	announce(announcement: Announcement): void;
	/** Somebody has come: what waits for them is said. */
	retry(): void;
}

/** Announcements kept for people who are away; the oldest are dropped first. */
const capacity = 100;

/** Keeps announcements that nobody heard until somebody is there. `say` gives how many heard it. */
export function createAnnouncer(say: (announcement: Announcement) => number): Announcer {
	let waiting: Announcement[] = [];
	return {
		announce(announcement) {
			if (say(announcement) > 0) return;
			waiting.push(announcement);
			waiting = waiting.slice(-capacity);
		},
		retry() {
			const due = waiting;
			waiting = due.filter((announcement) => say(announcement) === 0);
		},
	};
}
