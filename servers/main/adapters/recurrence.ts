import type { Schedule } from "./ports.ts";

/** The days people repeat things on, and their weekdays; 0 is Sunday. */
export const repeats = {
	day: [0, 1, 2, 3, 4, 5, 6],
	weekday: [1, 2, 3, 4, 5],
	weekend: [0, 6],
	sunday: [0],
	monday: [1],
	tuesday: [2],
	wednesday: [3],
	thursday: [4],
	friday: [5],
	saturday: [6],
} as const;

export type Repeat = keyof typeof repeats;

export const repeatNames = [
	"day",
	"weekday",
	"weekend",
	"monday",
	"tuesday",
	"wednesday",
	"thursday",
	"friday",
	"saturday",
	"sunday",
] as const satisfies readonly Repeat[];

/**
 * When a repeating schedule comes next after `after`: its wall-clock time on one of its weekdays in the machine's zone,
 * so that half past seven stays half past seven when summer time begins or ends. Undefined where it doesn't repeat.
 */
export function nextOccurrence({ wallTime, days }: Pick<Schedule, "wallTime" | "days">, after: Date): Date | undefined {
	if (wallTime === null || days.length === 0) return undefined;
	const [hours = 0, minutes = 0] = wallTime.split(":").map(Number);
	for (let ahead = 0; ahead <= 7; ahead++) {
		const at = new Date(after.getFullYear(), after.getMonth(), after.getDate() + ahead, hours, minutes);
		if (at.getTime() > after.getTime() && days.includes(at.getDay())) return at;
	}
	return undefined;
}

/** The wall-clock time of an instant, "07:30". */
export function wallTimeOf(at: Date): string {
	return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** "every weekday", "every Monday"; the weekdays must be one of the repeats above. */
export function sayRepeat(days: readonly number[]): string {
	const name = repeatNames.find((repeat) => String(repeats[repeat]) === String([...days].sort((a, b) => a - b)));
	if (name === undefined) return "on some days";
	return `every ${name.endsWith("day") && !["day", "weekday"].includes(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name}`;
}

/** The repeat that a set of weekdays is, for a tool's output. */
export function repeatOf(days: readonly number[]): Repeat | undefined {
	return repeatNames.find((repeat) => String(repeats[repeat]) === String([...days].sort((a, b) => a - b)));
}
