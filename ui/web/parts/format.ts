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

/** A value as a chip or a table cell shows it. */
export function plain(value: unknown): string {
	if (value === null || value === undefined) return "–";
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
