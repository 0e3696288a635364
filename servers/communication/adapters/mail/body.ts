import { convert } from "html-to-text";
import type { MessageStructureObject } from "imapflow";
import { cleanLine } from "./addresses.ts";
import type { ImapLine } from "./connections.ts";

export interface AttachmentInfo {
	/** Number of the MIME part (RFC 9051 6.4.5). */
	part: string;
	name: string;
	type: string;
	/** Bytes as encoded on the server. */
	size: number;
}

/** Most of one text part that is fetched, in bytes; longer mails are cut there. */
const maxTextBytes = 2_000_000;

/** What a mail is made of: the part to read and the files that came with it. */
export function inspectParts(structure: MessageStructureObject | undefined): {
	text: { part: string; html: boolean } | undefined;
	attachments: AttachmentInfo[];
} {
	const leaves = structure === undefined ? [] : [...leavesOf(structure)];
	const readable = leaves.filter((leaf) => !isAttached(leaf) && leaf.type.startsWith("text/"));
	const chosen =
		readable.find(({ type }) => type === "text/plain") ??
		readable.find(({ type }) => type === "text/html") ??
		readable[0];
	return {
		text: chosen === undefined ? undefined : { part: chosen.part ?? "1", html: chosen.type === "text/html" },
		attachments: leaves.filter(isAttached).map((leaf) => ({
			part: leaf.part ?? "1",
			name: fileName(
				leaf.dispositionParameters?.filename ?? leaf.parameters?.name ?? leaf.envelope?.subject,
				leaf.type,
			),
			type: leaf.type,
			size: leaf.size ?? 0,
		})),
	};
}

function* leavesOf(node: MessageStructureObject): Generator<MessageStructureObject> {
	// A mail attached to a mail is one file, not more text of this one.
	if (node.type === "message/rfc822" || node.childNodes === undefined) yield node;
	else for (const child of node.childNodes) yield* leavesOf(child);
}

function isAttached({ disposition, type, dispositionParameters, parameters }: MessageStructureObject): boolean {
	if (disposition === "attachment" || type === "message/rfc822") return true;
	return !type.startsWith("text/") && (dispositionParameters?.filename ?? parameters?.name) !== undefined;
}

/** A name that is only a name: no folders, no control characters, nothing hidden. */
export function fileName(given: string | undefined, type: string): string {
	const last =
		cleanLine(given ?? "")
			.split(/[/\\]/)
			.at(-1) ?? "";
	const safe = last
		.replaceAll(/[<>:"|?*]/g, "_")
		.replace(/^[.\s]+/, "")
		.slice(0, 150);
	if (safe !== "") return safe;
	return type === "message/rfc822"
		? "message.eml"
		: `attachment.${/^[a-z0-9]+$/.exec(type.split("/")[1] ?? "")?.[0] ?? "bin"}`;
}

/** Fetches and decodes the text of a part; HTML becomes plain text without links' addresses and pictures. */
export async function fetchText(
	line: ImapLine,
	uid: number,
	{ part, html }: { part: string; html: boolean },
): Promise<string> {
	const { content } = await line.download(String(uid), part, { uid: true, maxBytes: maxTextBytes });
	const chunks: Buffer[] = [];
	for await (const chunk of content ?? []) chunks.push(Buffer.from(chunk));
	const text = Buffer.concat(chunks).toString("utf8");
	return tidy(html ? htmlToText(text) : text);
}

export function htmlToText(html: string): string {
	return convert(html, {
		wordwrap: false,
		limits: { maxInputLength: maxTextBytes, maxDepth: 200 },
		selectors: [
			{ selector: "a", options: { ignoreHref: true } },
			{ selector: "img", format: "skip" },
			{ selector: "h1", options: { uppercase: false } },
			{ selector: "h2", options: { uppercase: false } },
			{ selector: "h3", options: { uppercase: false } },
			{ selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
		],
	});
}

function tidy(text: string): string {
	return (
		text
			.replaceAll("\r\n", "\n")
			// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them
			.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
			.replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
			.replaceAll(/[ \t]+\n/g, "\n")
			.replaceAll(/\n{3,}/g, "\n\n")
			.trim()
	);
}

/** What the writer of a mail added: without quoted lines, the line that introduces them, and the signature. */
export function ownWords(text: string): string {
	const lines = text.split("\n");
	const signature = lines.findIndex((line) => line === "--" || line === "-- ");
	const kept = (signature > 0 ? lines.slice(0, signature) : lines).filter((line) => !line.startsWith(">"));
	const introduced = kept.findIndex((line) => /^(On|Am) .{5,120}(wrote|schrieb).{0,60}:$|^-{3,} ?Original/.test(line));
	return kept
		.slice(0, introduced > 0 ? introduced : undefined)
		.join("\n")
		.trim();
}
