/** What calendar and clock on the wall show. */
export interface WallClock {
	year: number;
	/** 1 to 12. */
	month: number;
	day: number;
	/** 0 to 23. */
	hour: number;
	minute: number;
	second: number;
	/** 0 is Sunday. */
	weekday: number;
	/** Minutes ahead of UTC. */
	offset: number;
}

/** Making a formatter takes as long as ten uses of it. IANA has some 600 zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const maxFormatters = 1_000;

function formatterOf(zone: string): Intl.DateTimeFormat {
	const known = formatters.get(zone);
	if (known !== undefined) return known;
	const made = new Intl.DateTimeFormat("en-US", {
		timeZone: zone,
		calendar: "iso8601",
		numberingSystem: "latn",
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
		second: "numeric",
	});
	if (formatters.size >= maxFormatters) formatters.clear();
	formatters.set(zone, made);
	return made;
}

/** A traveller's machine changes its zone; asking takes as long as all else of telling the time. */
const zoneMs = 10_000;
let asked = { zone: "", until: 0 };

/** The machine's own zone, an IANA name. */
export function localZone(): string {
	const now = performance.now();
	if (now >= asked.until) {
		asked = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, until: now + zoneMs };
	}
	return asked.zone;
}

/** The IANA name of a zone as it is spelt properly. Throws RangeError where there is none. */
export function zoneName(zone: string): string {
	return formatterOf(zone).resolvedOptions().timeZone;
}

/** The time of an instant in the machine's zone, or in an IANA zone. Throws RangeError for a zone there is not. */
export function wallClock(at: Date, zone?: string): WallClock {
	if (zone === undefined) {
		return {
			year: at.getFullYear(),
			month: at.getMonth() + 1,
			day: at.getDate(),
			hour: at.getHours(),
			minute: at.getMinutes(),
			second: at.getSeconds(),
			weekday: at.getDay(),
			offset: -at.getTimezoneOffset(),
		};
	}
	const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
	for (const { type, value } of formatterOf(zone).formatToParts(at)) parts[type] = value;
	const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts[type]);
	const [year, month, day] = [number("year"), number("month"), number("day")];
	const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
	// The same wall clock read as UTC: how far it is from the instant is the offset.
	const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
	const offset = Math.round((asUtc.getTime() - at.getTime()) / 60_000);
	return { year, month, day, hour, minute, second, weekday: asUtc.getUTCDay(), offset };
}

export const weekdayNames: readonly string[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
export const monthNames: readonly string[] =
	"January February March April May June July August September October November December".split(" ");

/** "2026-11-24". */
export function isoDay({ year, month, day }: WallClock): string {
	return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** ISO 8601 with offset, to the second: "2026-11-24T07:30:00+01:00". */
export function isoTime(clock: WallClock): string {
	const { hour, minute, second, offset } = clock;
	const ahead = Math.abs(offset);
	const from = `${offset < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
	return `${isoDay(clock)}T${two(hour)}:${two(minute)}:${two(second)}${from}`;
}

function two(part: number): string {
	return part < 10 ? `0${part}` : String(part);
}
