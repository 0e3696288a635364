import type { CatalogueTool, SystemStatus } from "../../../core/contract/index.ts";

export type ScheduleKind = "timer" | "alarm" | "reminder";

/** A timer, alarm or reminder that is still to come. Instants are milliseconds since 1970, UTC. */
export interface Schedule {
	id: string;
	userId: string;
	kind: ScheduleKind;
	/** A timer's or alarm's name, or what to be reminded of. */
	label: string | null;
	dueAt: number;
	createdAt: number;
	/** A timer's full length in seconds. */
	seconds: number | null;
	/** A repeating one's wall-clock time, "07:30". */
	wallTime: string | null;
	/** The weekdays it repeats on, 0 is Sunday; empty when it does not repeat. */
	days: number[];
}

/** Where schedules are kept. Every change is on disk when the call returns. */
export interface ScheduleStore {
	add(schedule: Schedule): void;
	/** A person's own, soonest first. */
	of(userId: string, kind: ScheduleKind): Schedule[];
	/** Everyone's that are due at `now`, earliest first. */
	due(now: number): Schedule[];
	nextDue(): number | undefined;
	moveTo(id: string, dueAt: number): void;
	/** Whether there was such a one. */
	remove(id: string): boolean;
}

/** Where people's lists are kept. Every change is on disk when the call returns. */
export interface ListStore {
	/** Adds an item, making the list where it is missing; false when it was on it already. */
	add(userId: string, name: string, text: string, addedAt: number): boolean;
	/** What is on the list, oldest first; undefined where there is no such list. */
	items(userId: string, name: string): string[] | undefined;
	names(userId: string): { name: string; items: number }[];
	/** False when it was not there. */
	remove(userId: string, name: string, text: string): boolean;
}

/** What the main server needs of the process it runs in; the composition root gives it. */
export interface LastTurn {
	/** The person's words, where there were any. */
	heard?: string;
	reply: string;
}

export interface MainPorts {
	schedules: ScheduleStore;
	lists: ListStore;
	/** As `GET /system/status` gives it. */
	status(): SystemStatus;
	/** Every tool that can be said, of all servers. */
	catalogue(): readonly CatalogueTool[];
	/** What was last said and answered in a session, other than by `repeat` itself; undefined where nothing was. */
	lastTurn(userId: string, session: string): LastTurn | undefined | Promise<LastTurn | undefined>;
}
