import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import {
	type CommunicationAdapters,
	cleanLine,
	formatMailboxes,
	type Mailbox,
	sayMailbox,
	splitRecipients,
} from "../adapters/index.ts";
import {
	accountField,
	baseName,
	deliveryOutput,
	findMail,
	gist,
	mailReference,
	pathsField,
	recipientField,
	sayDelivery,
	textField,
} from "./shared.ts";

type FullMail = Awaited<ReturnType<CommunicationAdapters["mailroom"]["read"]>>;

/** Answers a mail, in its conversation. */
export const replyEmail = defineTool({
	name: "reply_email",
	title: "Reply to email",
	description: "Answers a mail, the newest where none is named, to its sender or with `all` to everybody it went to.",
	effect: "outbound",
	outside: true,
	input: z.object({
		...mailReference,
		body: textField,
		all: z.boolean().default(false).describe("To everybody the mail went to"),
		attachments: pathsField.optional(),
		account: accountField,
		to: recipientField.optional().describe("Whom the answer goes to: the mail's sender by default"),
		cc: recipientField.optional(),
	}),
	output: deliveryOutput,
	voice: {
		en: {
			sentences: [
				"(reply|answer|respond) [to] [the|that|my] [latest|last|newest] (email|mail|message) from {from} (saying|with|that says|and say) {body}",
				"(reply|answer|respond) [to] [the|that|my] [latest|last|newest] (email|mail|message) from {from}",
				"(reply|answer|respond) [to] {from}'s [latest|last|newest] (email|mail|message) (saying|with|that says|and say) {body}",
				"(reply|answer|respond) [to] {from}'s [latest|last|newest] (email|mail|message)",
				"(reply|answer|respond) [to] [the|that|my] [latest|last|newest] (email|mail) (saying|with|that says|and say) {body}",
				"(reply|answer|respond) [to] [the|that|my] [latest|last|newest] (email|mail)",
				"(reply|answer|respond|write back) (saying|that says|and say) {body}",
				"(reply|answer|respond|write back) that {body!}",
				"(reply|answer|respond|write back) to {from} (saying|and say|that) {body}",
				"(reply|answer|respond) to {from} by (email|mail) (saying|with|that says|and say) {body}",
			],
			fixed: [
				{ text: "(reply|answer) to all (saying|with|that says|and say) {body}", values: { all: true } },
				{ text: "(reply|answer) to all", values: { all: true } },
			],
			examples: ["write back to anna that I agree", "tell the sender I will come"],
			ask: { body: "What should the answer say?" },
		},
	},
	timeoutMs: 55_000,
	summary({ to, cc, body, attachments, about }) {
		const people = (text: string) =>
			sayList(splitRecipients(text).map((one) => (one.address === "" ? one.name : sayMailbox(one))));
		return [
			`Answer ${to === undefined ? "the sender" : people(to)}`,
			cc === undefined ? "" : `, with a copy to ${people(cc)}`,
			about === undefined ? "" : `, about "${about}"`,
			`, saying: "${gist(body)}"`,
			attachments === undefined || attachments.length === 0
				? ""
				: `, with ${sayList(attachments.map(baseName))} attached`,
		].join("");
	},
	say: (output) => sayDelivery(output, "Answered"),
	async resolve({ from, ...input }, adapters: CommunicationAdapters, { user, signal }) {
		const { account, place } = await findMail({ ...input, from }, adapters, user.id, signal);
		const mail = await adapters.mailroom.read(account, place, signal);
		const { to, cc } = await addressees(input, mail, account.address, adapters, user.id);
		const attachments = await Promise.all((input.attachments ?? []).map((path) => adapters.folders.resolve(path)));
		return {
			...input,
			id: mail.envelope.id,
			about: mail.envelope.subject.slice(0, 200),
			to: formatMailboxes(to),
			...(cc.length === 0 ? {} : { cc: formatMailboxes(cc) }),
			...(attachments.length === 0 ? {} : { attachments }),
			account: account.address,
		};
	},
	async run(input, adapters: CommunicationAdapters, { user, signal, log }) {
		const { account, place } = await findMail(input, adapters, user.id, signal);
		const mail = await adapters.mailroom.read(account, place, signal);
		const { to, cc } = await addressees(input, mail, account.address, adapters, user.id);
		const subject = /^\s*re\s*:/i.test(mail.envelope.subject) ? mail.envelope.subject : `Re: ${mail.envelope.subject}`;
		const letter = {
			to,
			cc,
			bcc: [],
			subject,
			text: `${input.body}\n\n${quoted(mail)}`,
			attachments: input.attachments ?? [],
			...(mail.messageId === undefined
				? {}
				: { inReplyTo: mail.messageId, references: [...mail.references, mail.messageId] }),
		};
		const { messageId, kept, ...delivery } = await adapters.post.send(account, letter, signal);
		await adapters.mailroom.flag(account, place, { answered: true }, signal).catch((error: unknown) => {
			log.warn("an answered mail could not be marked so", { error: String(error) });
		});
		return { ...delivery, message_id: messageId, from: account.address, subject, in_sent_folder: kept };
	},
});

/** Whom the answer goes to: those named, else where the mail asks for it, with `all` everybody but oneself. */
async function addressees(
	input: { to?: string; cc?: string; all: boolean },
	mail: FullMail,
	own: string,
	{ recipients }: CommunicationAdapters,
	owner: string,
): Promise<{ to: Mailbox[]; cc: Mailbox[] }> {
	if (input.to !== undefined) {
		return {
			to: await recipients.mail(owner, input.to),
			cc: input.cc === undefined ? [] : await recipients.mail(owner, input.cc),
		};
	}
	const sender = mail.replyTo.length > 0 ? mail.replyTo : [mail.envelope.from];
	const to = await recipients.mail(owner, written(sender));
	const others = [...mail.envelope.to, ...mail.cc].filter(
		({ address }) => address !== own && !to.some((one) => one.address === address),
	);
	const cc = input.all && others.length > 0 ? await recipients.mail(owner, written(others)) : [];
	return { to, cc };
}

/** Only addresses count here: a mail's display names are a stranger's words. */
function written(mailboxes: readonly Mailbox[]): string {
	const usable = mailboxes.filter(({ address }) => address.includes("@"));
	if (usable.length === 0) throw new AiosError("unsupported", "This mail has no address to answer to.");
	return formatMailboxes(usable);
}

function quoted({ envelope, text }: FullMail): string {
	const who = envelope.from.name === "" ? envelope.from.address : envelope.from.name;
	const lines = text.slice(0, 20_000).split("\n");
	return `On ${envelope.date.slice(0, 10)}, ${cleanLine(who)} wrote:\n${lines.map((line) => `> ${line}`).join("\n")}`;
}
