import { homedir } from "node:os";
import { wallClock } from "./wall-clock.ts";

/** "a", "a and b", "a, b and c". */
export function sayList(things: readonly string[], word: "and" | "or" = "and"): string {
	if (things.length < 2) return things[0] ?? "";
	return `${things.slice(0, -1).join(", ")} ${word} ${things.at(-1)}`;
}

/** The beginning of a sentence: "milk" is "Milk". */
export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 timer", "2 timers", "no timers". */
export function sayCount(count: number, noun: string, plural = `${noun}s`): string {
	if (count === 0) return `no ${plural}`;
	return `${count} ${count === 1 ? noun : plural}`;
}

/** A file or folder as people name it, by its folder instead of its path: "report.pdf in Documents". */
export function sayPath(path: string, home = homedir()): string {
	const parts = path.split(/[\\/]/).filter((part) => part !== "");
	const [folder, name = path] = [parts.at(-2), parts.at(-1)];
	const lies = path.slice(0, path.length - name.length - 1);
	if (path === home) return "your home folder";
	return folder === undefined || folder === "." || lies === home ? name : `${name} in ${folder}`;
}

/** A time of day on the 12-hour clock, "7:30 am", "12 noon"; in the machine's zone unless another is given. */
export function sayClock(at: Date, zone?: string): string {
	const { hour, minute } = wallClock(at, zone);
	if (minute === 0 && hour === 12) return "12 noon";
	if (minute === 0 && hour === 0) return "midnight";
	const minutes = minute === 0 ? "" : `:${String(minute).padStart(2, "0")}`;
	return `${hour % 12 === 0 ? 12 : hour % 12}${minutes} ${hour < 12 ? "am" : "pm"}`;
}

const hours = "twelve one two three four five six seven eight nine ten eleven".split(" ");
const fives: Record<number, string> = { 5: "five", 10: "ten", 15: "a quarter", 20: "twenty", 25: "twenty-five" };

/** A time of day as people say it: "five past three", "a quarter to nine", "noon", "3:07". */
export function sayTimeOfDay({ hour, minute }: { hour: number; minute: number }): string {
	if (minute === 0) {
		if (hour === 0) return "midnight";
		return hour === 12 ? "noon" : `${hours[hour % 12]} o'clock`;
	}
	if (minute === 30) return `half past ${hours[hour % 12]}`;
	if (minute < 30 && fives[minute] !== undefined) return `${fives[minute]} past ${hours[hour % 12]}`;
	if (minute > 30 && fives[60 - minute] !== undefined) return `${fives[60 - minute]} to ${hours[(hour + 1) % 12]}`;
	return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, "0")}`;
}

/** A day as seen from `now`: "today", "tomorrow", "on Friday" within a week, else "on Monday, June 14". */
export function sayDay(at: Date, now: Date): string {
	const days = daysBetween(now, at);
	if (days === 0) return "today";
	if (days === 1) return "tomorrow";
	if (days === -1) return "yesterday";
	if (days > 1 && days < 7) return `on ${at.toLocaleDateString("en-US", { weekday: "long" })}`;
	const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
	return `on ${at.toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric", year })}`;
}

/** Calendar days from one to the other in the machine's zone, whatever the length of the days between. */
function daysBetween(from: Date, to: Date): number {
	const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
	return Math.round((day(to) - day(from)) / 86_400_000);
}
