import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import MailComposer from "nodemailer/lib/mail-composer";
import { AiosError } from "../../../../core/contract/index.ts";
import type { Folders } from "../../../../core/files/index.ts";
import { isOneLine, type Mailbox } from "./addresses.ts";

export interface Draft {
	from: Mailbox;
	to: readonly Mailbox[];
	cc: readonly Mailbox[];
	bcc: readonly Mailbox[];
	subject: string;
	text: string;
	attachments: readonly AttachedFile[];
	/** Message-ID of the mail this one answers. */
	inReplyTo?: string;
	/** Message-IDs of the conversation so far, oldest first. */
	references?: readonly string[];
}

export interface AttachedFile {
	name: string;
	content: Buffer;
}

/** Largest attachments together, in bytes: what most providers take (25 MB as sent, a third less before encoding). */
const maxAttachedBytes = 18_000_000;

/**
 * Builds the message as it goes over the wire. Every header passes a check for line breaks here, whatever was checked
 * before; nothing but the given bytes is attached. Throws `bad_request`.
 */
export async function compose(draft: Draft, date: Date): Promise<{ raw: Buffer; messageId: string }> {
	const lines = [
		draft.subject,
		...[draft.from, ...draft.to, ...draft.cc, ...draft.bcc].flatMap(({ name, address }) => [name, address]),
		...draft.attachments.map(({ name }) => name),
		draft.inReplyTo ?? "",
		...(draft.references ?? []),
	];
	if (!lines.every(isOneLine)) {
		throw new AiosError("bad_request", "A header of a mail may not contain line breaks or control characters.", {
			spoken: "The subject or a name contains a line break, so I refuse it.",
		});
	}
	const domain = draft.from.address.split("@")[1] ?? "localhost";
	const messageId = `<${randomUUID()}@${domain}>`;
	const composer = new MailComposer({
		from: draft.from,
		to: [...draft.to],
		cc: [...draft.cc],
		bcc: [...draft.bcc],
		subject: draft.subject,
		text: draft.text,
		date,
		messageId,
		newline: "\r\n",
		...(draft.inReplyTo === undefined ? {} : { inReplyTo: draft.inReplyTo }),
		...(draft.references === undefined ? {} : { references: [...draft.references] }),
		attachments: draft.attachments.map(({ name, content }) => ({ filename: name, content })),
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	return { raw: await composer.compile().build(), messageId };
}

/** Reads files to attach, from the allowed folders only. Throws `forbidden`, `not_found`, `too_large`. */
export async function readAttachments(paths: readonly string[], folders: Folders): Promise<AttachedFile[]> {
	let room = maxAttachedBytes;
	const files: AttachedFile[] = [];
	for (const path of paths) {
		const real = await folders.resolve(path);
		const found = await stat(real).catch((cause: unknown) => {
			throw new AiosError("not_found", `There is no readable file ${path}.`, {
				cause,
				fix: "Say which file to attach.",
			});
		});
		// A pipe or a device could keep the reader waiting for ever.
		if (!found.isFile()) throw new AiosError("bad_request", `${path} is not a file.`);
		room -= found.size;
		if (room < 0) {
			throw new AiosError("too_large", `The attachments are larger than ${maxAttachedBytes / 1_000_000} MB together.`, {
				fix: "Send fewer or smaller files.",
			});
		}
		files.push({ name: basename(real), content: await readFile(real) });
	}
	return files;
}
