import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import { isoLocal, sayCount, sayList, soundsLike } from "../../../core/text/index.ts";
import {
	type Repeat,
	repeatNames,
	repeatOf,
	repeats,
	type Schedule,
	type ScheduleKind,
	type Scheduler,
} from "../adapters/index.ts";

export const idField = z.string();
export const labelField = z.string().trim().min(1).max(100);
export const repeatField = z.enum(repeatNames);

/** An alarm or reminder as tools give it. */
export const eventShape = z.object({
	id: idField,
	label: z.string().optional(),
	time: z.string().describe("When it is due next, ISO 8601 with offset"),
	repeat: repeatField.optional(),
});

export function asEvent({ id, label, dueAt, days }: Schedule): z.output<typeof eventShape> {
	return { id, label: label ?? undefined, time: isoLocal(new Date(dueAt)), repeat: repeatOf(days) };
}

/** Sentences that name their days at the end, "on Mondays", for each of them; not "on Monday", which is one day. */
export function onDays(sentences: (days: string) => string[]): { text: string; values: { repeat: Repeat } }[] {
	return repeatNames
		.filter((repeat) => repeat !== "day")
		.flatMap((repeat) => sentences(`${repeat}s`).map((text) => ({ text, values: { repeat } })));
}

export const weekdays = (repeat: keyof typeof repeats | undefined): number[] =>
	repeat === undefined ? [] : [...repeats[repeat]];

/** Reads an ISO 8601 instant that must lie ahead of `now`. Throws `bad_request`. */
export function comingTime(iso: string, now: Date): Date {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) throw new AiosError("bad_request", `"${iso}" is not an ISO 8601 time.`);
	if (at.getTime() <= now.getTime()) throw new AiosError("bad_request", "That time is already past.");
	return at;
}

/** How alike a name must sound to the one that is meant. */
const leastAlike = 0.7;

interface Wanted {
	user: { id: string };
	/** What was said of it: its name, or another thing it is known by. */
	label?: string;
	all?: boolean;
	/** When it is due: a time of day, or a day, which is said as nine o'clock of it. */
	time?: string;
	/** A timer's full length. */
	duration?: number;
}

/**
 * Finds which of a person's timers, alarms or reminders is meant: all, the one of that name (by sound) or time, or the
 * only one. Throws `not_found`, and `conflict` naming the choices, to be asked about, where several fit.
 */
export function pick(
	scheduler: Scheduler,
	kind: ScheduleKind,
	{ user, label: said, all, time, duration }: Wanted,
	nameOf: (schedule: Schedule) => string,
): Schedule[] {
	// "The pizza one" is how people choose.
	const label = said?.replace(/^the\s+|\s+one$/gi, "");
	const own = scheduler.of(user.id, kind);
	if (own.length === 0) throw new AiosError("not_found", `You have no ${kind}s.`);
	if (all === true) return own;
	let fitting = own;
	if (label !== undefined) {
		const alike = (schedule: Schedule) =>
			Math.max(soundsLike(label, schedule.label ?? ""), soundsLike(label, nameOf(schedule)));
		const best = Math.max(...own.map(alike));
		fitting = best < leastAlike ? [] : own.filter((schedule) => alike(schedule) >= best - 0.02);
		if (fitting.length === 0) fitting = own.filter((schedule) => containsWords(nameOf(schedule), label));
	}
	if (duration !== undefined) fitting = fitting.filter(({ seconds }) => seconds === duration);
	if (time !== undefined) {
		const at = new Date(time);
		const atTime = fitting.filter((schedule) => sameClock(new Date(schedule.dueAt), at));
		const onDay = fitting.filter((schedule) => new Date(schedule.dueAt).toDateString() === at.toDateString());
		const exact = atTime.filter((schedule) => onDay.includes(schedule));
		const wholeDay = at.getHours() === 9 && at.getMinutes() === 0;
		fitting = exact.length > 0 ? exact : wholeDay && onDay.length > 0 ? onDay : atTime;
	}
	if (fitting.length === 0) {
		throw new AiosError("not_found", `You have no such ${kind}.`, {
			fix: `${own.length === 1 ? "The only one is" : "There are these"}: ${sayList(own.slice(0, 5).map(nameOf))}.`,
		});
	}
	if (fitting.length === 1) return fitting;
	const choices = fitting.slice(0, 5).map(nameOf);
	const have = `You have ${sayCount(fitting.length, kind)}: ${sayList(choices)}.`;
	throw new AiosError("conflict", have, {
		fix: "Say which one.",
		details: { choices, ask: { slot: kind === "reminder" ? "text" : "label", question: `${have} Which one?` } },
	});
}

function containsWords(text: string, part: string): boolean {
	const words = new Set(text.toLowerCase().split(/\W+/));
	const wanted = part
		.toLowerCase()
		.split(/\W+/)
		.filter((word) => word.length > 2 && word !== "the");
	return wanted.length > 0 && wanted.every((word) => words.has(word));
}

/** The same time on the twelve hours of a dial: "the seven o'clock alarm" says no more. */
function sameClock(a: Date, b: Date): boolean {
	return a.getHours() % 12 === b.getHours() % 12 && a.getMinutes() === b.getMinutes();
}
