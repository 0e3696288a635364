import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import type { CommunicationAdapters } from "../adapters/index.ts";
import { listMail, mailListOutput, sayMails, sayUnreachable } from "./list-mail.ts";
import { accountField, folderField } from "./shared.ts";

/** The newest mails, of every account together where none is named. */
export const readInbox = defineTool({
	name: "read_inbox",
	title: "Inbox",
	description:
		"Newest mails of a folder with sender, subject and flags, of every account unless one is named. Nothing is marked as read.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		account: accountField,
		folder: folderField.default("INBOX"),
		unread: z.boolean().default(false).describe("Unread ones only"),
		flagged: z.boolean().default(false).describe("Flagged ones only"),
		limit: z.number().int().min(1).max(200).default(20),
		cursor: z.string().max(4_000).optional().describe("`next` of the page before"),
	}),
	output: mailListOutput,
	voice: {
		en: {
			sentences: [
				"(read|check|show|open) [me] [my] (inbox|email|emails|mail|mails) [of|in|on] [my] [{account}] [account]",
				"(list|show) [me] [my] (latest|last|newest|recent) (emails|mails|messages)",
				"(what is|what's|what are) in my inbox",
				"do i have [any] (mail|mails|email|emails)",
				"any (mail|mails|email|emails)",
				"(did|have) i (get|got|receive|received) [any] (mail|mails|email|emails)",
				"is there [any] (mail|email) [for me]",
				"(what is|is there anything) new in my (inbox|mail|email)",
			],
			fixed: [
				{
					text: "(read|check|show|list) [me] [my|the] (unread|new) (email|emails|mail|mails)",
					values: { unread: true },
				},
				{ text: "any (new|unread) (mail|mails|email|emails) [for me]", values: { unread: true } },
				{ text: "do i have [any] (new|unread) (mail|mails|email|emails)", values: { unread: true } },
				{ text: "(is there|are there) [any] (new|unread) (mail|mails|email|emails)", values: { unread: true } },
				{ text: "how many (new|unread) (mails|emails) [do i have|are there]", values: { unread: true } },
				{ text: "(show|list|read) [me] [my] (flagged|starred|important) (emails|mails)", values: { flagged: true } },
			],
			examples: ["anything new in my mail", "did anybody write me", "have i got mail"],
		},
	},
	timeoutMs: 45_000,
	say(output, { unread, flagged }) {
		if (unread) return `You have ${sayMails(output.messages, output.total, "unread email")}.${sayUnreachable(output)}`;
		const kind = flagged ? "flagged email" : "email";
		const news = flagged || output.unread === 0 ? "" : `, ${output.unread} of them unread`;
		if (output.total === 0) return `You have no ${kind}s there.${sayUnreachable(output)}`;
		const newest = sayMails(output.messages.slice(0, 1), 1, kind).replace(/^[^:]*: /, "");
		return `You have ${sayCount(output.total, kind)}${news}. The newest is ${newest}.${sayUnreachable(output)}`;
	},
	run({ account, folder, unread, flagged, limit, cursor }, adapters: CommunicationAdapters, { user, signal }) {
		const query = {
			...(unread ? { seen: false } : {}),
			...(flagged ? { flagged: true } : {}),
		};
		const asked = unread || flagged ? query : undefined;
		return listMail({ account, folder, limit, cursor, query: asked }, adapters, user.id, signal);
	},
});
