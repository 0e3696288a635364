import { z } from "zod";
import { AiosError } from "../../../../core/contract/index.ts";
import type { MailAccount } from "./accounts.ts";
import { cleanLine, type Mailbox } from "./addresses.ts";
import type { ImapMessage } from "./connections.ts";

export const mailboxSchema = z.object({ name: z.string(), address: z.string() });

/** A mail as lists show it. What strangers wrote (names, subject) is one clean line each. */
export const envelopeSchema = z.object({
	id: z.string(),
	account: z.string(),
	folder: z.string(),
	from: mailboxSchema,
	to: z.array(mailboxSchema),
	subject: z.string(),
	date: z.string().describe("ISO 8601"),
	unread: z.boolean(),
	flagged: z.boolean(),
	answered: z.boolean(),
	size: z.number().int().describe("Bytes"),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** Where a mail is. `validity` is the folder's UIDVALIDITY: when it changes, old numbers mean nothing (RFC 9051 2.3.1.1). */
export interface MailPlace {
	account: string;
	folder: string;
	validity: string;
	uid: number;
}

const placeSchema = z.tuple([z.string(), z.string(), z.string(), z.number().int().positive()]);

/** A mail's place as the id that tools give and take. */
export function mailId({ account, folder, validity, uid }: MailPlace): string {
	return Buffer.from(JSON.stringify([account, folder, validity, uid])).toString("base64url");
}

/** Reads an id of {@link mailId}. Throws `bad_request`. */
export function mailPlace(id: string): MailPlace {
	try {
		const [account, folder, validity, uid] = placeSchema.parse(JSON.parse(Buffer.from(id, "base64url").toString()));
		return { account, folder, validity, uid };
	} catch (cause) {
		throw new AiosError("bad_request", "This is not the id of a mail.", {
			fix: "Take the id from read_inbox or search_email.",
			cause,
		});
	}
}

export function mailboxes(found: readonly { name?: string; address?: string }[] | undefined): Mailbox[] {
	return (found ?? []).map(({ name, address }) => ({ name: cleanLine(name ?? ""), address: cleanLine(address ?? "") }));
}

/** What IMAP gave as a list entry. */
export function toEnvelope(
	message: ImapMessage,
	place: Omit<MailPlace, "uid" | "account">,
	account: MailAccount,
): Envelope {
	const { envelope, flags, internalDate, size, uid } = message;
	const [from = { name: "", address: "" }] = mailboxes(envelope?.from);
	return {
		id: mailId({ ...place, account: account.id, uid }),
		account: account.address,
		folder: place.folder,
		from,
		to: mailboxes(envelope?.to).slice(0, 20),
		subject: cleanLine(envelope?.subject ?? "").slice(0, 500),
		date: isoDate(envelope?.date) ?? isoDate(internalDate) ?? new Date(0).toISOString(),
		unread: !(flags?.has("\\Seen") ?? false),
		flagged: flags?.has("\\Flagged") ?? false,
		answered: flags?.has("\\Answered") ?? false,
		size: size ?? 0,
	};
}

/** Senders write impossible dates too. */
function isoDate(date: Date | string | undefined): string | undefined {
	if (date === undefined) return undefined;
	const read = new Date(date);
	return Number.isNaN(read.getTime()) ? undefined : read.toISOString();
}
