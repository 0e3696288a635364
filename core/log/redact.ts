import { hidden, scrub, secretName } from "../contract/index.ts";

/** Levels looked into below a field of a log line; deeper ones are left out. */
const mostLevels = 6;

/** Fields as they may be in a log: what is named like a secret is hidden, and so is what looks like one. */
export function redacted(fields: object, levels = mostLevels): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [name, secret(name, value) ? hidden : plain(value, levels)]),
	);
}

function secret(name: string, value: unknown): boolean {
	return (secretName.test(name) || name === "key") && value !== undefined && value !== null;
}

function plain(value: unknown, levels: number): unknown {
	if (typeof value === "string") return scrub(value);
	if (typeof value !== "object" || value === null) return value;
	if (levels === 0) return "…";
	if (value instanceof Error) return redacted({ name: value.name, message: value.message }, levels - 1);
	if (Array.isArray(value)) return value.map((item) => plain(item, levels - 1));
	return redacted(value, levels - 1);
}
