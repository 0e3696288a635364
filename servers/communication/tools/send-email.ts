import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { type CommunicationAdapters, formatMailboxes, sayMailbox, splitRecipients } from "../adapters/index.ts";
import {
	accountField,
	baseName,
	deliveryOutput,
	gist,
	lineField,
	pathsField,
	recipientField,
	sayDelivery,
	textField,
} from "./shared.ts";

/** Writes to people by mail; what is sent is read back first, with the addresses it goes to. */
export const sendEmail = defineTool({
	name: "send_email",
	title: "Send email",
	description:
		"Sends a mail. Recipients are contacts' names or addresses. Done only when the mail server took it; addresses it refused are listed.",
	effect: "outbound",
	input: z.object({
		to: recipientField,
		subject: slot("text", lineField(500).min(1)),
		body: textField,
		attachments: pathsField.optional(),
		cc: recipientField.optional(),
		bcc: recipientField.optional(),
		account: accountField,
	}),
	output: deliveryOutput,
	voice: {
		en: {
			// "Right" and "he mailed" are what small recognisers hear for "write" and "email" at the start of a sentence.
			sentences: [
				"(send|write|right|compose) [an|a|the|and] (email|mail|e-mail) to {to} (about [the]|with [the] subject|subject) {subject} (saying|that says|with the (text|message|body)|and say|body) {body}",
				"(send|write|right|compose) [an|a|the|and] (email|mail|e-mail) to {to} (about [the]|with [the] subject|subject) {subject}",
				"(send|write|right|compose) [an|a|the|and] (email|mail|e-mail) to {to} (saying|that says|and say|and tell (him|her|them)) {body}",
				"(send|write|right|compose) [an|a|the|and] (email|mail|e-mail) to {to}",
				"(send|write|right|compose) {to} [an|a] (email|mail|e-mail) (about [the]|with [the] subject|subject) {subject} (saying|that says|and say|and tell (him|her|them)) {body}",
				"(send|write|right|compose) {to} [an|a] (email|mail|e-mail) (about [the]|with [the] subject|subject) {subject}",
				"(send|write|right|compose) {to} [an|a] (email|mail|e-mail) (saying|that says|and say|and tell (him|her|them)) {body}",
				"(send|write|right|compose) {to} [an|a] (email|mail|e-mail)",
				"(email|mail|he mailed|he mail) {to} (about [the]|with [the] subject) {subject} (saying|that says|and say|and tell (him|her|them)) {body}",
				"(email|mail|he mailed|he mail) {to} (about [the]|with [the] subject) {subject}",
				"(email|mail|he mailed|he mail) {to} (saying|that says|and say|that|and tell (him|her|them) [that]) {body}",
				"(email|mail|he mailed|he mail) {to!} {body!}",
				"(send|write) [an] (email|mail|e-mail) to {to!} {body!}",
				"(email|mail|he mailed|he mail) {to} (the|my) (file|document) {attachments}",
				"(email|mail|send) {attachments} to {to} by (email|mail)",
				"(email|mail|he mailed|he mail) {to} (the|my) {attachments}",
				"(email|mail|he mailed|he mail) {to}",
				"(send|write|right|compose) [an|a|new] (email|mail|e-mail)",
			],
			examples: ["write my boss a mail about the holidays", "let anna know by email that I am late"],
			followUps: [
				{ text: "[no] [not that one] [send it|write] to {to} [instead]" },
				{ text: "(no|sorry|no sorry) [i] (mean|meant|said) [to] {to}" },
				{ text: "[no] (make it say|change it to|change the (message|text|body) to|say) {body} [instead]" },
				{ text: "[no] (change|make) the subject [to] {subject}" },
			],
			ask: {
				to: "To whom?",
				subject: "What is the subject?",
				body: "What should the email say?",
			},
		},
	},
	timeoutMs: 55_000,
	summary({ to, cc, bcc, subject, body, attachments, account }) {
		const people = (text: string) =>
			sayList(splitRecipients(text).map((one) => (one.address === "" ? one.name : sayMailbox(one))));
		return [
			`Email ${people(to)}`,
			cc === undefined ? "" : `, with a copy to ${people(cc)}`,
			bcc === undefined ? "" : `, with a hidden copy to ${people(bcc)}`,
			account === undefined ? "" : `, from ${account}`,
			`, subject "${subject}", saying: "${gist(body)}"`,
			attachments === undefined || attachments.length === 0
				? ""
				: `, with ${sayList(attachments.map(baseName))} attached`,
		].join("");
	},
	say: (output) => sayDelivery(output),
	async resolve(input, { recipients, accounts, folders }: CommunicationAdapters, { user }) {
		const account = await accounts.find(user.id, input.account);
		const named = async (text: string | undefined) =>
			text === undefined ? undefined : formatMailboxes(await recipients.mail(user.id, text));
		const cc = await named(input.cc);
		const bcc = await named(input.bcc);
		const attachments = await Promise.all(
			(input.attachments ?? []).map((path) => folders.meant(path, { slot: "attachments" })),
		);
		return {
			...input,
			to: formatMailboxes(await recipients.mail(user.id, input.to)),
			...(cc === undefined ? {} : { cc }),
			...(bcc === undefined ? {} : { bcc }),
			...(attachments.length === 0 ? {} : { attachments }),
			account: account.address,
		};
	},
	async run(
		{ to, cc, bcc, subject, body, attachments = [], account: said },
		adapters: CommunicationAdapters,
		{ user, signal, progress },
	) {
		const { accounts, recipients, post } = adapters;
		const account = await accounts.find(user.id, said);
		const named = (text: string | undefined) => (text === undefined ? [] : recipients.mail(user.id, text));
		const letter = {
			to: await recipients.mail(user.id, to),
			cc: await named(cc),
			bcc: await named(bcc),
			subject,
			text: body,
			attachments,
		};
		if (letter.to.length + letter.cc.length + letter.bcc.length > 100) {
			throw new AiosError("too_large", "A mail can have at most 100 recipients.");
		}
		progress({ progress: 0, message: `Sending from ${account.address}` });
		const { messageId, kept, ...delivery } = await post.send(account, letter, signal);
		return { ...delivery, message_id: messageId, from: account.address, subject, in_sent_folder: kept };
	},
});
