import { plain } from "../parts/format.ts";
import type { Turn } from "./turns.ts";

type Reply = NonNullable<Turn["reply"]>;

const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const shownRows = 200;
const shownCharacters = 50_000;

/** Pictures as pictures, every other attachment as a file to save. */
export function Attachments({ attachments }: { attachments: NonNullable<Reply["attachments"]> }) {
	return attachments.map(({ mimeType, data, name }, i) => {
		const address = `data:${mimeType};base64,${data}`;
		const label = name ?? `Attachment ${i + 1}`;
		return pictures.has(mimeType) ? (
			<figure key={label} className="mt-4">
				<img src={address} alt={label} className="max-h-[70vh] rounded-xl border border-line" />
			</figure>
		) : (
			<a key={label} href={address} download={label} className="button-plain mt-4 inline-flex items-center">
				Save {label}
			</a>
		);
	});
}

/** The result's data behind a fold: a table where it is rows, pairs where it is flat, else JSON. */
export function ResultDetails({ result }: { result: unknown }) {
	if (result === undefined || result === null) return null;
	if (typeof result === "object" && Object.keys(result).length === 0) return null;
	const rows = rowsOf(result);
	return (
		<details className="mt-4 text-sm">
			<summary className="eyebrow w-fit rounded py-1">Details</summary>
			<section
				className="mt-2 max-h-96 overflow-auto rounded-xl bg-raised p-4"
				aria-label="Details of the result"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
				tabIndex={0}
			>
				{rows === undefined ? null : <Table rows={rows} />}
				<pre className={`whitespace-pre-wrap font-mono text-xs leading-relaxed ${rows === undefined ? "" : "mt-4"}`}>
					{JSON.stringify(result, null, 2).slice(0, shownCharacters)}
				</pre>
			</section>
		</details>
	);
}

function Table({ rows }: { rows: readonly Record<string, unknown>[] }) {
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	return (
		<table className="w-full wrap-break-word text-left">
			<thead>
				<tr>
					{columns.map((column) => (
						<th key={column} scope="col" className="whitespace-nowrap py-1 pr-4 font-semibold">
							{column.replaceAll("_", " ")}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{rows.slice(0, shownRows).map((row, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: rows of a result never change places
					<tr key={i} className="border-line border-t align-top">
						{columns.map((column) => (
							<td key={column} className="max-w-96 py-1 pr-4">
								<Cell value={row[column]} />
							</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** Web addresses can be opened; anything else is shown as the text it is. */
function Cell({ value }: { value: unknown }) {
	const text = plain(value);
	if (!/^https?:\/\/\S+$/.test(text)) return text;
	return (
		<a href={text} target="_blank" rel="noopener noreferrer" className="text-accent underline">
			{text}
		</a>
	);
}

/** The one list of rows in a result, or a flat result as a single row. */
function rowsOf(result: unknown): Record<string, unknown>[] | undefined {
	if (Array.isArray(result)) return result.length > 0 && result.every(isRow) ? result : undefined;
	if (!isRow(result)) return undefined;
	const lists = Object.values(result).filter((value) => Array.isArray(value) && value.length > 0 && value.every(isRow));
	if (lists.length === 1) return rowsOf(lists[0]);
	const flat = Object.values(result).every((value) => typeof value !== "object" || value === null);
	return flat ? [result] : undefined;
}

function isRow(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
