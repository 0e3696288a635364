import { createHash } from "node:crypto";

/** SHA-256 over a value in canonical JSON (keys in order), 64 hexadecimal digits: equal values, equal digests. */
export function digest(value: unknown): string {
	return createHash("sha256").update(canonical(value)).digest("hex");
}

function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	if (typeof value === "object" && value !== null) {
		const fields = Object.entries(value)
			.filter(([, field]) => field !== undefined)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
		return `{${fields.join(",")}}`;
	}
	return JSON.stringify(value) ?? "null";
}
