import { printable } from "../text/index.ts";

/** Lines with columns of equal width, one a row; the first is the heading. */
export function table(content: readonly (readonly string[])[]): string {
	const rows = content.map((row) => row.map((cell) => printable(cell).replaceAll(/\s+/g, " ")));
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
	return rows
		.map((row) =>
			row
				.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}
