/** `get_time` → "Get time". */
export function humanName(name: string): string {
	const words = name.replaceAll("_", " ").trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Milliseconds for people: "84 ms", "1.3 s". */
export function duration(ms: number): string {
	return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Bytes for people: "42 MB". */
export function bytes(count: number): string {
	if (count < 1_000_000) return `${Math.ceil(count / 1_000)} kB`;
	return count < 1_000_000_000 ? `${Math.round(count / 1_000_000)} MB` : `${(count / 1_000_000_000).toFixed(1)} GB`;
}

/** The time of day; with the date where it is another day. */
export function clockTime(at: number): string {
	const when = new Date(at);
	const today = when.toDateString() === new Date().toDateString();
	return when.toLocaleString(undefined, {
		...(today ? {} : { month: "short", day: "numeric" }),
		hour: "numeric",
		minute: "2-digit",
	});
}

/** An instant as ISO 8601 has it, which tools give and take. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** A value as a chip or a table cell shows it. */
function plain(value: unknown): string {
	if (value === null || value === undefined || value === "") return "–";
	if (typeof value === "string" && instant.test(value)) return clockTime(Date.parse(value));
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Units that names of numbers end in. */
const units: Record<string, (value: number) => string> = {
	bytes,
	ms: duration,
	percent: (value) => `${value} %`,
};

const unitAtEnd = new RegExp(`_(${Object.keys(units).join("|")})$`);

/** The name of a field for people, without the unit: `memory_bytes` → "memory". */
export function fieldName(name: string): string {
	return name.replace(unitAtEnd, "").replaceAll("_", " ");
}

/** A field's value for people, in the unit its name ends in: `memory_bytes` 5451776 → "5 MB". */
export function fieldValue(name: string, value: unknown): string {
	const unit = units[unitAtEnd.exec(name)?.[1] ?? ""];
	return typeof value === "number" && unit !== undefined ? unit(value) : plain(value);
}
