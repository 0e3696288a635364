import { z } from "zod";
import { AiosError, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import {
	type CommunicationAdapters,
	type Envelope,
	isOneLine,
	type MailAccount,
	mailPlace,
} from "../adapters/index.ts";

/** Text that has to fit one line of a header. */
export const lineField = (max: number) =>
	z.string().trim().max(max).refine(isOneLine, { message: "expected one line without control characters" });

export const recipientField = slot("name", lineField(4_000).min(1)).describe(
	"Names of contacts, or addresses, with commas between",
);
export const accountField = slot("name", z.string().trim().min(1).max(254))
	.optional()
	.describe("Address or label of the mail account; the first one by default");
export const folderField = z.string().min(1).max(500).describe("Folder of the mailbox");
export const pathsField = z
	.array(slot("path", z.string().min(1).max(4096)))
	.max(20)
	.describe("Files below the allowed folders");
export const textField = slot("text", z.string().trim().min(1).max(200_000));
export const idField = z.string().min(1).max(2_000).describe("Id of a mail, from read_inbox or search_email");

/** Which mail is meant: by id, by who wrote it or what it is about, or the newest. */
export const mailReference = {
	id: idField.optional(),
	from: slot("name", lineField(254).min(1)).optional().describe("Who wrote it, instead of an id"),
	about: slot("text", lineField(200).min(1)).optional().describe("Words of its subject, instead of an id"),
};

export const deliveryOutput = z.object({
	accepted: z.array(z.string()).describe("Addresses the server took the mail for"),
	rejected: z.array(z.object({ address: z.string(), reason: z.string() })),
	message_id: z.string(),
	from: z.string(),
	subject: z.string(),
	response: z.string().describe("The server's own words"),
	in_sent_folder: z.boolean(),
});

export function sayDelivery({ accepted, rejected }: z.output<typeof deliveryOutput>, verb = "Sent"): string {
	const sent = `${verb} to ${sayList(accepted)}.`;
	if (rejected.length === 0) return sent;
	return `${sent} But the server refused ${sayList(rejected.map(({ address }) => address))}.`;
}

/** The gist of a text for reading back: its beginning, at a word's end. */
export function gist(text: string, length = 200): string {
	const line = text.replaceAll(/\s+/g, " ").trim();
	if (line.length <= length) return line;
	return `${line.slice(0, length).replace(/\s+\S*$/, "")}…`;
}

/** Words with an end, so that the next sentence does not run into them. */
export function asSentence(words: string): string {
	return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** The last part of a path. */
export function baseName(path: string): string {
	return path.split(/[/\\]/).at(-1) ?? path;
}

/** Who wrote a mail, as it is said. */
export function sayFrom({ from }: Pick<Envelope, "from">): string {
	return from.name === "" ? from.address || "an unknown sender" : from.name;
}

export function saySubject({ subject }: Pick<Envelope, "subject">): string {
	return subject === "" ? "no subject" : gist(subject, 80);
}

/** The mail that is meant. Throws `not_found` where none fits. */
export async function findMail(
	wanted: { id?: string; from?: string; about?: string; account?: string },
	{ accounts, mailroom }: CommunicationAdapters,
	owner: string,
	signal: AbortSignal,
): Promise<{ account: MailAccount; place: ReturnType<typeof mailPlace> }> {
	if (wanted.id !== undefined) {
		const place = mailPlace(wanted.id);
		return { account: await accounts.byId(owner, place.account), place };
	}
	const account = await accounts.find(owner, wanted.account);
	const query =
		wanted.from === undefined && wanted.about === undefined
			? undefined
			: {
					...(wanted.from === undefined ? {} : { from: wanted.from }),
					...(wanted.about === undefined ? {} : { subject: wanted.about }),
				};
	const { messages } = await mailroom.list(account, { folder: "INBOX", limit: 1, query, signal });
	const [newest] = messages;
	if (newest === undefined) {
		const which = [
			wanted.from === undefined ? "" : ` from ${wanted.from}`,
			wanted.about === undefined ? "" : ` about ${wanted.about}`,
		].join("");
		throw new AiosError("not_found", `There is no mail${which} in the inbox.`);
	}
	return { account, place: mailPlace(newest.id) };
}
