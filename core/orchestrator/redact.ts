import { hidden, scrub, secretName } from "../contract/index.ts";

/** Longest text kept of one argument. */
const keptCharacters = 2_000;

/** Arguments as they may be kept: what is named like a secret is left out, long texts are cut. */
export function redact(value: unknown, name = ""): unknown {
	if (secretName.test(name) && value !== undefined && value !== null) return hidden;
	if (typeof value === "string")
		return scrub(value.length > keptCharacters ? `${value.slice(0, keptCharacters)}…` : value);
	if (Array.isArray(value)) return value.map((item) => redact(item));
	return typeof value === "object" && value !== null ? redactFields(value) : value;
}

/** A sentence without the values that {@link redactFields} hides, nor any secret that shows itself by its form. */
export function redactText(text: string, fields: unknown): string {
	return secretsOf(fields).reduce((said, secret) => said.replaceAll(secret, hidden), scrub(text));
}

function secretsOf(value: unknown, name = ""): string[] {
	if (typeof value === "string") return secretName.test(name) && value !== "" ? [value] : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, field]) => secretsOf(field, Array.isArray(value) ? name : key));
}

/** {@link redact} for an object of arguments. */
export function redactFields(fields: object): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, redact(field, key)]));
}
