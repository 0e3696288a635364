import { humanName } from "../parts/format.ts";

export interface Grid {
	columns: readonly string[];
	rows: readonly (readonly unknown[])[];
}

/** What of a result is worth seeing at once: its tables, and what was printed or written in it, each with its name. */
export interface Findings {
	grids: readonly Grid[];
	texts: readonly { label: string; text: string }[];
}

/** Looks through a result and one level below it. Texts that `said` tells already are left out. */
export function findingsIn(result: unknown, said: string): Findings {
	const fields = isRecord(result) ? Object.entries(result) : [["", result] as const];
	// A text beside a table that was named as one writes the table out again.
	const named = fields.some(([, value]) => isGrid(value));
	const texts = fields.flatMap(([key, value]): [string, string][] => {
		if (typeof value === "string") return named ? [] : severalLines([key, value]);
		if (!isRecord(value)) return [];
		if (typeof value.text === "string") return value.text.trim() === "" ? [] : [[key, value.text]];
		return Object.entries(value).flatMap(severalLines);
	});
	return {
		grids: fields.flatMap(([, value]) => gridOf(value) ?? []),
		texts: texts
			.filter(([, text]) => !said.includes(text.trim()))
			.map(([key, text]) => ({ label: humanName(key), text: text.trimEnd() })),
	};
}

/** A flat result, or a list of one, as a table of one row. */
export function flatGrid(result: unknown): Grid | undefined {
	const row: unknown = Array.isArray(result) && result.length === 1 ? result[0] : result;
	if (!isRecord(row) || Object.values(row).some((value) => typeof value === "object" && value !== null))
		return undefined;
	return { columns: Object.keys(row), rows: [Object.values(row)] };
}

function severalLines([key, value]: [string, unknown]): [string, string][] {
	return typeof value === "string" && value.trim().includes("\n") ? [[key, value]] : [];
}

/** Rows under named columns, or a list of two or more records. */
function gridOf(value: unknown): Grid | undefined {
	if (isGrid(value)) return value;
	if (!Array.isArray(value) || value.length < 2 || !value.every(isRecord)) return undefined;
	const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
	return { columns, rows: value.map((row) => columns.map((column) => row[column])) };
}

function isGrid(value: unknown): value is Grid {
	if (!isRecord(value) || !Array.isArray(value.columns) || !Array.isArray(value.rows)) return false;
	return value.columns.every((column) => typeof column === "string") && value.rows.every(Array.isArray);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
