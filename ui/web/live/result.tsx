import type { ReactNode } from "react";
import { fieldName, fieldValue } from "../parts/format.ts";
import { findingsIn, flatGrid, type Grid } from "./findings.ts";
import type { Turn } from "./turns.ts";

type Reply = NonNullable<Turn["reply"]>;

const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const shownRows = 200;
const shownCharacters = 50_000;
/** A longer string in the details is a file's bytes, or shown above. */
const detailCharacters = 2_000;

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

/** What a tool gave: tables and printed text at once, everything as it came behind a fold. */
export function Result({ reply: { result, reply } }: { reply: Reply }) {
	if (result === undefined || result === null) return null;
	if (typeof result === "object" && Object.keys(result).length === 0) return null;
	const { grids, texts } = findingsIn(result, reply);
	const flat = flatGrid(result);
	return (
		<>
			{grids.map((grid, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the tables of a result never change places
				<Scrolling key={i} label={`Table of ${grid.rows.length} rows`} className="mt-4 max-h-80">
					<Table grid={grid} />
				</Scrolling>
			))}
			{texts.map(({ label, text }) => (
				<Scrolling key={label} label={label} className="mt-4 max-h-80">
					<pre className="whitespace-pre-wrap font-mono text-sm leading-relaxed">{text.slice(0, shownCharacters)}</pre>
				</Scrolling>
			))}
			<details className="mt-4 text-sm">
				<summary className="eyebrow w-fit rounded py-1">Details</summary>
				<Scrolling label="Details of the result" className="mt-2 max-h-96">
					{flat === undefined ? null : <Table grid={flat} />}
					<pre className={`whitespace-pre-wrap font-mono text-xs leading-relaxed ${flat === undefined ? "" : "mt-4"}`}>
						{JSON.stringify(result, shortened, 2).slice(0, shownCharacters)}
					</pre>
				</Scrolling>
			</details>
		</>
	);
}

function Scrolling(props: { label: string; className: string; children: ReactNode }) {
	return (
		<section
			className={`overflow-auto rounded-xl bg-raised p-4 ${props.className}`}
			aria-label={props.label}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
			tabIndex={0}
		>
			{props.children}
		</section>
	);
}

function Table({ grid: { columns, rows } }: { grid: Grid }) {
	return (
		<>
			<table className="w-full wrap-break-word text-left text-sm">
				<thead>
					<tr>
						{columns.map((column) => (
							<th key={column} scope="col" className="whitespace-nowrap py-1 pr-4 font-semibold">
								{fieldName(column)}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.slice(0, shownRows).map((row, i) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: rows of a result never change places
						<tr key={i} className="border-line border-t align-top">
							{columns.map((column, j) => (
								<td key={column} className="max-w-96 py-1 pr-4">
									<Cell text={fieldValue(column, row[j])} />
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
			{rows.length > shownRows ? <p className="mt-2 text-soft text-sm">The first {shownRows} rows.</p> : null}
		</>
	);
}

/** Web addresses can be opened; anything else is shown as the text it is. */
function Cell({ text }: { text: string }) {
	if (!/^https?:\/\/\S+$/.test(text)) return text;
	return (
		<a href={text} target="_blank" rel="noopener noreferrer" className="text-accent underline">
			{text}
		</a>
	);
}

/** For JSON: of a long string only that it is there. */
function shortened(_: string, value: unknown): unknown {
	const long = typeof value === "string" && value.length > detailCharacters;
	return long ? `${value.slice(0, 80)}… (${value.length} characters)` : value;
}
