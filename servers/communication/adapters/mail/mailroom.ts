import type { SearchObject } from "imapflow";
import { AiosError } from "../../../../core/contract/index.ts";
import type { MailAccount } from "./accounts.ts";
import { cleanLine } from "./addresses.ts";
import { type AttachmentInfo, fetchText, inspectParts } from "./body.ts";
import type { Connections, ImapLine } from "./connections.ts";
import { type Envelope, type MailPlace, mailboxes, toEnvelope } from "./envelope.ts";

export interface Page {
	messages: Envelope[];
	/** For each message, where a page after it begins. */
	cursors: string[];
	/** Messages in the folder, or found. */
	total: number;
	unread: number;
	/** Where the next page begins; undefined after the last. */
	next: string | undefined;
}

export interface ListOptions {
	folder: string;
	limit: number;
	/** What to find; everything where absent. */
	query?: SearchObject;
	/** `next` of the page before; "" begins at the newest. */
	after?: string;
	signal: AbortSignal;
}

export interface FullMail {
	envelope: Envelope;
	cc: { name: string; address: string }[];
	replyTo: { name: string; address: string }[];
	text: string;
	attachments: AttachmentInfo[];
	messageId: string | undefined;
	references: string[];
}

export interface Mailroom {
	/** Newest first. Only envelopes are fetched, however large the folder. */
	list(account: MailAccount, options: ListOptions): Promise<Page>;
	read(account: MailAccount, place: MailPlace, signal: AbortSignal): Promise<FullMail>;
	/** The decoded bytes of an attachment. Throws `too_large` above `maxBytes`. */
	attachment(
		account: MailAccount,
		place: MailPlace,
		part: string,
		maxBytes: number,
		signal: AbortSignal,
	): Promise<{ info: AttachmentInfo; content: Buffer }>;
	flag(
		account: MailAccount,
		place: MailPlace,
		change: { read?: boolean; flagged?: boolean; answered?: boolean },
		signal: AbortSignal,
	): Promise<void>;
	/** Moves a mail and gives its new place where the server tells it. */
	move(account: MailAccount, place: MailPlace, folder: string, signal: AbortSignal): Promise<void>;
	folders(account: MailAccount, signal: AbortSignal): Promise<MailFolder[]>;
	/** Puts a copy of what was sent into the Sent folder; false where there is none. */
	keepSent(account: MailAccount, raw: Buffer, signal: AbortSignal): Promise<boolean>;
}

export interface MailFolder {
	path: string;
	name: string;
	/** What it is for: inbox, sent, drafts, junk, trash, archive, all. */
	use: string | undefined;
}

const envelopeQuery = { uid: true, envelope: true, flags: true, internalDate: true, size: true } as const;

/** Reads and files mail by IMAP. */
export function createMailroom(connections: Connections): Mailroom {
	/** Runs `work` in the mail's folder, having made sure that its number still means this mail. */
	function at<T>(
		account: MailAccount,
		place: MailPlace,
		signal: AbortSignal,
		write: boolean,
		work: (line: ImapLine) => Promise<T>,
	) {
		return connections.use(account, { signal, folder: place.folder, write }, async (line) => {
			if (validityOf(line) !== place.validity) throw gone();
			return work(line);
		});
	}

	async function structure(line: ImapLine, uid: number) {
		const found = await line.fetchOne(
			String(uid),
			{ ...envelopeQuery, bodyStructure: true, headers: ["references"] },
			{ uid: true },
		);
		if (!found) throw gone();
		return found;
	}

	return {
		list: (account, options) =>
			connections.use(account, { signal: options.signal, folder: options.folder }, async (line) => {
				const place = { folder: options.folder, validity: validityOf(line) };
				const page = options.query === undefined ? await pageOfAll(line, options) : await pageOfFound(line, options);
				const messages = page.found.map((message) => toEnvelope(message, place, account));
				const cursors = page.found.map(({ seq, uid }) => `${seq}.${uid}`);
				const unread = await countUnread(line, options.folder);
				return { messages, cursors, total: page.total, unread, next: page.more ? cursors.at(-1) : undefined };
			}),
		read: (account, place, signal) =>
			at(account, place, signal, false, async (line) => {
				const found = await structure(line, place.uid);
				const { text, attachments } = inspectParts(found.bodyStructure);
				return {
					envelope: toEnvelope(found, place, account),
					cc: mailboxes(found.envelope?.cc),
					replyTo: mailboxes(found.envelope?.replyTo),
					text: text === undefined ? "" : await fetchText(line, place.uid, text),
					attachments,
					messageId: messageIds(found.envelope?.messageId)[0],
					references: messageIds(found.headers?.toString("latin1")),
				};
			}),
		attachment: (account, place, part, maxBytes, signal) =>
			at(account, place, signal, false, async (line) => {
				const found = await structure(line, place.uid);
				const info = inspectParts(found.bodyStructure).attachments.find((attachment) => attachment.part === part);
				if (info === undefined) {
					throw new AiosError("not_found", "This mail has no such attachment.", {
						fix: "See attachments of read_email.",
					});
				}
				const { content } = await line.download(String(place.uid), part, { uid: true });
				if (content === undefined) throw gone();
				const chunks: Buffer[] = [];
				let size = 0;
				for await (const chunk of content) {
					size += chunk.length;
					if (size > maxBytes) {
						content.destroy();
						throw new AiosError("too_large", `${info.name} is larger than ${maxBytes / 1_000_000} MB.`);
					}
					chunks.push(Buffer.from(chunk));
				}
				return { info, content: Buffer.concat(chunks) };
			}),
		flag: (account, place, change, signal) =>
			at(account, place, signal, true, async (line) => {
				await structure(line, place.uid);
				const flags = [
					["\\Seen", change.read],
					["\\Flagged", change.flagged],
					["\\Answered", change.answered],
				] as const;
				for (const [flag, value] of flags) {
					if (value === undefined) continue;
					const set = value ? line.messageFlagsAdd : line.messageFlagsRemove;
					if (!(await set.call(line, String(place.uid), [flag], { uid: true }))) {
						throw new AiosError("upstream_failed", "The mail server did not change the mail's marks.");
					}
				}
			}),
		move: (account, place, folder, signal) =>
			at(account, place, signal, true, async (line) => {
				await structure(line, place.uid);
				const moved = await line.messageMove(String(place.uid), folder, { uid: true });
				if (moved === false) {
					throw new AiosError("not_found", `The mail could not be moved to ${JSON.stringify(folder)}.`, {
						fix: "List the folders with list_mail_folders.",
					});
				}
			}),
		folders: (account, signal) => connections.use(account, { signal }, listFolders),
		keepSent: (account, raw, signal) =>
			connections.use(account, { signal, write: true }, async (line) => {
				const sent = (await listFolders(line)).find(({ use }) => use === "sent");
				if (sent === undefined) return false;
				return (await line.append(sent.path, raw, ["\\Seen"])) !== false;
			}),
	};
}

function gone(): AiosError {
	return new AiosError("not_found", "This mail is not there any more: it was moved or deleted.", {
		fix: "List the mail again.",
	});
}

function validityOf(line: ImapLine): string {
	return line.mailbox === false ? "" : String(line.mailbox.uidValidity);
}

async function countUnread(line: ImapLine, folder: string): Promise<number> {
	const found = await line.status(folder, { unseen: true });
	return found === false ? 0 : (found.unseen ?? 0);
}

/** Everything, from the newest: by sequence numbers, so that the size of the folder does not matter. */
async function pageOfAll(line: ImapLine, { limit, after }: ListOptions) {
	const total = line.mailbox === false ? 0 : line.mailbox.exists;
	const [seq, uid] = readCursor(after) ?? [total + 1, Number.POSITIVE_INFINITY];
	// Deletions since then only lower the numbers, so what is older lies at most here.
	const top = Math.min(seq - 1, total);
	if (top < 1) return { found: [], total, more: false };
	const range = `${Math.max(1, top - limit + 1)}:${top}`;
	const all = await line.fetchAll(range, envelopeQuery);
	const found = all.filter((message) => message.uid < uid).sort((a, b) => b.uid - a.uid);
	const last = found.at(-1);
	return { found, total, more: last !== undefined && last.seq > 1 };
}

async function pageOfFound(line: ImapLine, { limit, after, query }: ListOptions) {
	const uids = await line.search(query ?? { all: true }, { uid: true });
	if (!Array.isArray(uids)) {
		throw new AiosError("upstream_failed", "The mail server could not search.", {
			fix: "Search for fewer things at once.",
		});
	}
	const [, before] = readCursor(after) ?? [0, Number.POSITIVE_INFINITY];
	const older = uids.filter((uid) => uid < before).sort((a, b) => b - a);
	const page = older.slice(0, limit);
	if (page.length === 0) return { found: [], total: uids.length, more: false };
	const found = await line.fetchAll(page.join(","), envelopeQuery, { uid: true });
	found.sort((a, b) => b.uid - a.uid);
	return { found, total: uids.length, more: older.length > limit };
}

/** `SEQUENCE.UID` of the last mail of the page before. */
function readCursor(text: string | undefined): [number, number] | undefined {
	if (text === undefined || text === "") return undefined;
	const [, seq, uid] = /^(\d{1,10})\.(\d{1,10})$/.exec(text) ?? [];
	if (seq === undefined || uid === undefined) throw new AiosError("bad_request", "This is not where a page ended.");
	return [Number(seq), Number(uid)];
}

/** Names under which servers without SPECIAL-USE (RFC 6154) keep these folders. */
const usualNames: readonly [use: string, name: RegExp][] = [
	["inbox", /^inbox$/i],
	["sent", /^(sent|sent (items|messages|mail)|gesendet|gesendete (objekte|elemente))$/i],
	["drafts", /^(drafts|entwürfe)$/i],
	["trash", /^(trash|deleted( items| messages)?|papierkorb|gelöschte elemente)$/i],
	["junk", /^(junk|spam|junk e-?mail)$/i],
	["archive", /^(archives?|archiv)$/i],
];

async function listFolders(line: ImapLine): Promise<MailFolder[]> {
	const found = await line.list();
	const folders = found
		.filter(({ flags }) => !flags.has("\\Noselect") && !flags.has("\\NonExistent"))
		.map(({ path, name, specialUse }) => ({ path, name: cleanLine(name), use: specialUse?.slice(1).toLowerCase() }));
	const told = new Set(folders.map(({ use }) => use));
	return folders.map((folder) => {
		const [use] = usualNames.find(([, name]) => name.test(folder.name)) ?? [];
		return folder.use === undefined && use !== undefined && !told.has(use) ? { ...folder, use } : folder;
	});
}

/** Message-IDs in a header; whatever else stands there is left out. */
function messageIds(text: string | undefined): string[] {
	return [...(text ?? "").matchAll(/<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g)].map(([id]) => id).slice(-30);
}
