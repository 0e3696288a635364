import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { type CommunicationAdapters, envelopeSchema, mailboxSchema, ownWords } from "../adapters/index.ts";
import { accountField, asSentence, findMail, gist, mailReference, sayFrom, saySubject } from "./shared.ts";

/** Characters read aloud; the rest is on the page. */
const spokenCharacters = 600;

/** One mail as text. Pictures are not loaded and links not followed, so that its sender learns nothing. */
export const readEmail = defineTool({
	name: "read_email",
	title: "Read email",
	description:
		"The text of a mail and the list of its attachments; the newest mail where none is named. It stays unread (mark_email). `next` is the offset to read on from.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		...mailReference,
		account: accountField,
		offset: z.number().int().min(0).default(0).describe("First character of the text"),
		length: z.number().int().min(1).max(100_000).default(20_000).describe("Characters to give"),
	}),
	output: z.object({
		mail: envelopeSchema,
		cc: z.array(mailboxSchema),
		reply_to: z.array(mailboxSchema),
		text: z.string(),
		total: z.number().int().describe("Characters of the whole text"),
		next: z.number().int().optional(),
		attachments: z.array(z.object({ part: z.string(), name: z.string(), type: z.string(), size: z.number().int() })),
	}),
	voice: {
		en: {
			sentences: [
				"(read|open|show) [me] [my|the|that] (latest|last|newest|most recent) (email|mail|message)",
				"(read|open|show) [me] [the|that|my] [latest|last|newest] (email|mail) from {from}",
				"(read|open|show) [me] [the|that|my] [latest|last|newest] (email|mail) from {from} about {about}",
				"(read|open|show) [me] [the|that|my] [latest|last|newest] (email|mail) about {about}",
				"(read|open|show) [me] {from}'s [latest|last|newest] (email|mail)",
				"what does the (latest|last|newest) (email|mail) say",
				"what does {from}'s [latest|last|newest] (email|mail) say",
				"what does the [latest|last|newest] (email|mail) from {from} say",
				"what did {from} (write|mail|email) [me]",
			],
			examples: ["read it to me that mail from anna", "what is in the newest mail"],
		},
	},
	timeoutMs: 45_000,
	say({ mail, text, attachments }) {
		const files = attachments.length === 0 ? "" : ` It has ${sayCount(attachments.length, "attachment")}.`;
		const words = gist(ownWords(text), spokenCharacters);
		return `From ${sayFrom(mail)}, about ${saySubject(mail)}: ${words === "" ? "it has no text." : asSentence(words)}${files}`;
	},
	async run({ offset, length, ...wanted }, adapters: CommunicationAdapters, { user, signal }) {
		const { account, place } = await findMail(wanted, adapters, user.id, signal);
		const { envelope, cc, replyTo, text, attachments } = await adapters.mailroom.read(account, place, signal);
		const end = offset + length;
		return {
			mail: envelope,
			cc,
			reply_to: replyTo,
			text: text.slice(offset, end),
			total: text.length,
			...(end < text.length ? { next: end } : {}),
			attachments,
		};
	},
});
