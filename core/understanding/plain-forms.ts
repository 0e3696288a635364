import type { SlotKind } from "../contract/index.ts";

/** Words of whole clauses, which no name holds: "call it a day", "text me when you get there". */
const clauseWords = new Set(
	`your i you he she it we they me him her us them myself yourself himself herself itself
	am is are was were being been does did has had will would can could should must
	if because but when while whether unless than behind`.split(/\s+/),
);

/** Whether words are a part of a sentence rather than a name. */
export function isClause(said: string): boolean {
	const words = said.toLowerCase().split(/['’]\p{L}+|[^\p{L}\p{N}]+/u);
	return words.some((word) => clauseWords.has(word));
}

/** How sure a value is that doesn't look like its kind: a file's name of plain words, an order that may be anybody's. */
const otherwise: Partial<Record<SlotKind, number>> = { path: 0.7, folder: 0.7, table: 0.7, command: 0.6 };

const usualFolders =
	"(?:my )?(?:documents?|downloads?|desktop|pictures|photos|music|videos|home)(?: folder| directory)?";

/** Programs people name a command line by. */
const programs = [
	"ls|cat|head|tail|less|grep|rg|find|wc|df|du|ps|top|uname|uptime|whoami|hostname|date|cal|pwd|echo|env|printenv|free",
	"lscpu|lsblk|lsusb|lspci|ip|ifconfig|ping|traceroute|dig|nslookup|curl|wget|ssh|scp|rsync|git|npm|npx|node|bun|deno",
	"yarn|pnpm|pip|pip3|cargo|rustc|go|make|cmake|gcc|docker|kubectl|systemctl|journalctl|apt|apt-get|dnf",
	"brew|mkdir|touch|chmod|chown|tar|zip|unzip|sed|awk|sort|uniq|diff|tree|sleep|kill|killall|bash|sh|java|mvn|gradle",
	"ffmpeg|dir|ipconfig|tasklist|powershell",
].join("|");

const looks = {
	path: new RegExp(`[\\\\/~]|\\.\\w+$|^${usualFolders}$`, "i"),
	folder: new RegExp(`^~$|[\\\\/][^.]*$|^${usualFolders}$`, "i"),
	table: /\.(?:csv|tsv|xlsx?|ods|parquet|jsonl?)$/i,
	command: new RegExp(
		`^(?:(?:${programs})(?=$| )|\\.{0,2}/\\S|\\S+\\.(?:sh|py|js|ts|exe|bat)(?=$| )|python3? (?:-|\\S+\\.py\\b))|^\\S+ (?:.* )?--?\\w`,
		"i",
	),
};

/** What is plainly of its kind. A kind that isn't named here has no other form. */
const plainForms: Partial<Record<SlotKind, (value: string) => boolean>> = {
	path: (value) => looks.path.test(value),
	folder: (value) => looks.folder.test(value),
	table: (value) => looks.table.test(value),
	command: (value) => looks.command.test(value),
	text: isClause,
};

/** Whether a value read as a slot's kind is plainly one, by its looks. */
export function isPlain(kind: SlotKind, value: unknown): boolean {
	return typeof value !== "string" || (plainForms[kind]?.(value) ?? true);
}

/** How likely a value read as a slot's kind is one (0 to 1): less than 1 where other words look like it. */
export function likelihood(kind: SlotKind, value: string): number {
	const unlike = otherwise[kind];
	return unlike === undefined || isPlain(kind, value) ? 1 : unlike;
}

/** Words of which one stands in nearly everything of a kind, so that a sentence may be that alone: "five times six". */
export const tellingWords: Partial<Record<SlotKind, readonly string[]>> = {
	expression:
		"plus minus times divided multiplied percent multiply divide split subtract squared cubed root power half double + * / ×".split(
			" ",
		),
};
