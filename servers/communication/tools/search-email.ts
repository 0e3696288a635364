import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import type { CommunicationAdapters } from "../adapters/index.ts";
import { listMail, mailListOutput, sayMails, sayUnreachable } from "./list-mail.ts";
import { accountField, folderField, lineField } from "./shared.ts";

/** Finds mails on the server, which searches whole texts. */
export const searchEmail = defineTool({
	name: "search_email",
	title: "Search email",
	description: "Finds mails by words, sender, recipient, subject, days and flags. The newest come first.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		query: slot("text", lineField(500).min(1)).optional().describe("Words anywhere in the mail"),
		from: slot("name", lineField(254).min(1)).optional(),
		to: lineField(254).min(1).optional(),
		subject: slot("text", lineField(500).min(1)).optional(),
		since: z.iso.date().optional().describe("First day, YYYY-MM-DD"),
		before: z.iso.date().optional().describe("The day after the last one, YYYY-MM-DD"),
		unread: z.boolean().optional(),
		flagged: z.boolean().optional(),
		account: accountField,
		folder: folderField.default("INBOX"),
		limit: z.number().int().min(1).max(200).default(20),
		cursor: z.string().max(4_000).optional().describe("`next` of the page before"),
	}),
	output: mailListOutput,
	voice: {
		en: {
			sentences: [
				"(search|find|look for) [my|the|an|all] (email|emails|mail|mails|inbox) from {from}",
				"(search|find|look for) [my|the|an|all] (email|emails|mail|mails|inbox) from {from} about {query}",
				"(search|find|look for) [my|the|an|all] (email|emails|mail|mails|inbox) (for|about|with|containing) {query}",
				"(search|look) [for] {query} in my (email|emails|mail|mails|inbox)",
				"(show|list) [me] [the|all] (emails|mails) (about|containing) {query}",
				"(show|list) [me] [the|all] (emails|mails) from {from}",
				"(is there|are there|do i have) [any|an|a] [new|unread] (email|emails|mail|mails|message|messages|news) from {from}",
				"any [new|unread] (email|emails|mail|mails|message|messages|news) from {from}",
				"(is there|are there|do i have) [any|an|a] (email|emails|mail|mails) about {query}",
				"any (email|emails|mail|mails) about {query}",
				"(did|has) {from} (write|written|email|emailed|mail|mailed) me",
			],
			examples: ["where is the mail with the invoice", "what did my bank write me"],
			ask: { query: "What should I look for?" },
		},
	},
	timeoutMs: 55_000,
	say: (output) => `I found ${sayMails(output.messages, output.total, "email")}.${sayUnreachable(output)}`,
	run(input, adapters: CommunicationAdapters, { user, signal }) {
		const { query, from, to, subject, since, before, unread, flagged, account, folder, limit, cursor } = input;
		const wanted = {
			...(query === undefined ? {} : { text: query }),
			...(from === undefined ? {} : { from }),
			...(to === undefined ? {} : { to }),
			...(subject === undefined ? {} : { subject }),
			...(since === undefined ? {} : { since: new Date(since) }),
			...(before === undefined ? {} : { before: new Date(before) }),
			...(unread === undefined ? {} : { seen: !unread }),
			...(flagged === undefined ? {} : { flagged }),
		};
		if (Object.keys(wanted).length === 0) {
			throw new AiosError("bad_request", "There is nothing to look for.", {
				fix: "Give words, a sender, a subject or days.",
			});
		}
		return listMail({ account, folder, limit, cursor, query: wanted }, adapters, user.id, signal);
	},
});
