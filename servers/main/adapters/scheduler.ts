import { randomUUID } from "node:crypto";
import { AiosError, type Announcement, type Clock, type Logger } from "../../../core/contract/index.ts";
import { sayClock, sayDay } from "../../../core/text/index.ts";
import type { Schedule, ScheduleKind, ScheduleStore } from "./ports.ts";
import { nextOccurrence } from "./recurrence.ts";

export interface SchedulerDeps {
	store: ScheduleStore;
	clock: Clock;
	log: Logger;
	/** A promise resolves when somebody heard it; without one it counts as heard at once. */
	announce(announcement: Announcement): void | Promise<void>;
}

/** Speaks up when timers, alarms and reminders are due, and keeps them until it has. */
export interface Scheduler {
	/** Keeps a new one; throws `conflict` where a person has too many. */
	add(schedule: Omit<Schedule, "id" | "createdAt">): Schedule;
	of(userId: string, kind: ScheduleKind): Schedule[];
	remove(id: string): boolean;
	close(): void;
}

/**
 * Longest time between two looks at the clock. A timeout counts the time the machine is awake; looking again this often
 * finds what a suspend, a changed clock or a changed time zone made due.
 */
const longestWaitMs = 60_000;
/** Time between two looks while something said is still unheard. */
const unheardWaitMs = 1_000;
/** What is said later than this says so. */
const lateMs = 90_000;
/** Most of one kind a person can have: more is a program gone wild. */
const mostOfAKind = 500;

/** Starts at once: what fell due while nothing ran is said first. */
export function createScheduler({ store, clock, log, announce }: SchedulerDeps): Scheduler {
	let cancel: (() => void) | undefined;
	let closed = false;
	// Given out to be said, and not heard yet: kept in the store until then, so that a restart says them again.
	const unheard = new Set<string>();

	const wait = () => {
		cancel?.();
		if (closed) return;
		const next = store.nextDue();
		const ms = next === undefined ? longestWaitMs : next - clock.now().getTime();
		// What nobody has heard yet stays due, and must not keep the clock busy.
		const least = unheard.size > 0 ? unheardWaitMs : 0;
		cancel = clock.after(Math.min(Math.max(ms, least), longestWaitMs), look);
	};

	const look = () => {
		try {
			for (const schedule of store.due(clock.now().getTime())) if (!unheard.has(schedule.id)) fire(schedule);
		} catch (error) {
			log.error("timers and reminders could not be looked through", { error: AiosError.from(error).message });
			cancel = closed ? undefined : clock.after(longestWaitMs, look);
			return;
		}
		wait();
	};

	// Said before it is struck off: killed in between, it is said twice rather than never.
	const fire = (schedule: Schedule) => {
		const heard = announce({
			text: announcementOf(schedule, clock.now()),
			kind: schedule.kind === "reminder" ? "notice" : "alarm",
			userId: schedule.userId,
		});
		if (!(heard instanceof Promise)) return strikeOff(schedule);
		unheard.add(schedule.id);
		heard
			.then(() => {
				if (closed) return;
				strikeOff(schedule);
				unheard.delete(schedule.id);
				wait();
			})
			.catch((error: unknown) => {
				log.warn("something due could not be said yet", { kind: schedule.kind, error: AiosError.from(error).message });
				clock.after(longestWaitMs, () => unheard.delete(schedule.id));
			});
	};

	const strikeOff = (schedule: Schedule) => {
		const next = nextOccurrence(schedule, clock.now());
		if (next === undefined) store.remove(schedule.id);
		else store.moveTo(schedule.id, next.getTime());
	};

	cancel = clock.after(0, look);
	return {
		add(schedule) {
			if (store.of(schedule.userId, schedule.kind).length >= mostOfAKind) {
				throw new AiosError("conflict", `You already have ${mostOfAKind} ${schedule.kind}s.`, {
					fix: "Cancel some of them first.",
				});
			}
			const kept = { ...schedule, id: randomUUID(), createdAt: clock.now().getTime() };
			store.add(kept);
			wait();
			return kept;
		},
		of: (userId, kind) => store.of(userId, kind),
		remove(id) {
			const removed = store.remove(id);
			wait();
			return removed;
		},
		close() {
			closed = true;
			cancel?.();
		},
	};
}

function announcementOf({ kind, label, dueAt, seconds }: Schedule, now: Date): string {
	const due = new Date(dueAt);
	const late = now.getTime() - dueAt > lateMs;
	const when = late ? `${sayClock(due)}${sayDay(due, now) === "today" ? "" : ` ${sayDay(due, now)}`}` : "";
	if (kind === "timer") {
		const name = label === null ? `${spanOf(seconds ?? 0)} timer` : `${label} timer`;
		return late ? `Your ${name} was done at ${when}.` : `Your ${name} is done.`;
	}
	if (kind === "alarm") {
		const name = label === null ? "" : `: ${label}`;
		return late ? `Your alarm for ${when} went off while I was away${name}.` : `It's ${sayClock(due)}${name}.`;
	}
	return late ? `I should have reminded you at ${when}: ${label}.` : `Reminder: ${label}.`;
}

/** "5 minute", as it stands before "timer". */
export function spanOf(seconds: number): string {
	const units = [
		["hour", 3600],
		["minute", 60],
		["second", 1],
	] as const;
	const parts: string[] = [];
	let rest = Math.round(seconds);
	for (const [unit, size] of units) {
		if (rest >= size) parts.push(`${Math.floor(rest / size)} ${unit}`);
		rest %= size;
	}
	return parts.join(" ");
}
