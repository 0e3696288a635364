import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayList } from "../../../core/text/index.ts";
import { type CommunicationAdapters, saveNew } from "../adapters/index.ts";
import { accountField, baseName, findMail, idField, mailReference } from "./shared.ts";

/** Largest attachment that is saved, in bytes. */
const maxAttachmentBytes = 50_000_000;

export const markEmail = defineTool({
	name: "mark_email",
	title: "Mark email",
	description: "Marks a mail, the newest where none is named, as read or unread, flagged or not.",
	effect: "write",
	idempotent: true,
	input: z.object({
		...mailReference,
		account: accountField,
		read: z.boolean().optional(),
		flagged: z.boolean().optional(),
	}),
	output: z.object({ id: z.string(), read: z.boolean().optional(), flagged: z.boolean().optional() }),
	voice: {
		en: {
			sentences: [],
			fixed: [
				{ text: "mark [the|that|this|my] [latest|last|newest] (email|mail|message) as read", values: { read: true } },
				{
					text: "mark [the|that|this|my] [latest|last|newest] (email|mail|message) as unread",
					values: { read: false },
				},
				{
					text: "mark [the|that|this|my] [latest|last|newest] (email|mail|message) from {from} as read",
					values: { read: true },
				},
				{
					text: "mark [the|that|this|my] [latest|last|newest] (email|mail|message) from {from} as unread",
					values: { read: false },
				},
				{ text: "(flag|star) [the|that|this|my] [latest|last|newest] (email|mail|message)", values: { flagged: true } },
				{
					text: "(flag|star) [the|that|this|my] [latest|last|newest] (email|mail|message) from {from}",
					values: { flagged: true },
				},
				{
					text: "(unflag|unstar) [the|that|this|my] [latest|last|newest] (email|mail|message)",
					values: { flagged: false },
				},
			],
		},
	},
	timeoutMs: 45_000,
	say({ read, flagged }) {
		const marks = [
			read === undefined ? "" : read ? "read" : "unread",
			flagged === undefined ? "" : flagged ? "flagged" : "not flagged",
		].filter(Boolean);
		return `The mail is marked as ${sayList(marks)}.`;
	},
	async run({ read, flagged, ...wanted }, adapters: CommunicationAdapters, { user, signal }) {
		if (read === undefined && flagged === undefined) {
			throw new AiosError("bad_request", "There is nothing to mark.", { fix: "Give `read` or `flagged`." });
		}
		const { account, place } = await findMail(wanted, adapters, user.id, signal);
		const change = { ...(read === undefined ? {} : { read }), ...(flagged === undefined ? {} : { flagged }) };
		await adapters.mailroom.flag(account, place, change, signal);
		return { id: wanted.id ?? "", ...change };
	},
});

export const moveEmail = defineTool({
	name: "move_email",
	title: "Move email",
	description: "Moves a mail to another folder; `trash`, `archive` and `junk` are found by what they are for.",
	effect: "write",
	input: z.object({
		...mailReference,
		account: accountField,
		folder: slot("name", z.string().trim().min(1).max(500)),
	}),
	output: z.object({ folder: z.string(), account: z.string() }),
	voice: {
		en: {
			sentences: [
				"move [the|that|this|my] [latest|last|newest] (email|mail|message) from {from} to [the] {folder} [folder]",
				"move [the|that|this|my] [latest|last|newest] (email|mail|message) to [the] {folder} [folder]",
			],
			fixed: [
				{ text: "archive [the|that|this|my] [latest|last|newest] (email|mail|message)", values: { folder: "archive" } },
				{
					text: "archive [the|that|this|my] [latest|last|newest] (email|mail|message) from {from}",
					values: { folder: "archive" },
				},
				{
					text: "(delete|trash) [the|that|this|my] [latest|last|newest] (email|mail|message)",
					values: { folder: "trash" },
				},
				{
					text: "(delete|trash) [the|that|this|my] [latest|last|newest] (email|mail|message) from {from}",
					values: { folder: "trash" },
				},
			],
			ask: { folder: "To which folder?" },
		},
	},
	timeoutMs: 45_000,
	summary: ({ folder, from }) => `Move the mail${from === undefined ? "" : ` from ${from}`} to ${folder}`,
	say: ({ folder }) => `The mail is now in ${baseName(folder)}.`,
	async run({ folder, ...wanted }, adapters: CommunicationAdapters, { user, signal }) {
		const { account, place } = await findMail(wanted, adapters, user.id, signal);
		const folders = await adapters.mailroom.folders(account, signal);
		const name = folder.toLowerCase();
		const target =
			folders.find(({ path }) => path === folder) ??
			folders.find(({ use }) => use === name) ??
			folders.find((one) => one.name.toLowerCase() === name);
		if (target === undefined) {
			throw new AiosError("not_found", `There is no mail folder ${JSON.stringify(folder)}.`, {
				fix: `There are ${sayList(folders.slice(0, 20).map(({ path }) => path))}.`,
			});
		}
		await adapters.mailroom.move(account, place, target.path, signal);
		return { folder: target.path, account: account.address };
	},
});

export const listMailFolders = defineTool({
	name: "list_mail_folders",
	title: "Mail folders",
	description: "Folders of a mail account and what they are for.",
	effect: "read",
	role: "user",
	input: z.object({ account: accountField }),
	output: z.object({
		account: z.string(),
		folders: z.array(z.object({ path: z.string(), name: z.string(), use: z.string().optional() })),
	}),
	voice: {
		en: {
			sentences: ["(list|show) [me] [my] (email|mail) folders [of {account}]", "which (email|mail) folders do i have"],
		},
	},
	timeoutMs: 45_000,
	say: ({ folders }) => `There are ${folders.length} folders: ${sayList(folders.slice(0, 6).map(({ name }) => name))}.`,
	async run({ account: said }, { accounts, mailroom }: CommunicationAdapters, { user, signal }) {
		const account = await accounts.find(user.id, said);
		const folders = await mailroom.folders(account, signal);
		return {
			account: account.address,
			folders: folders.map(({ path, name, use }) => ({ path, name, ...(use === undefined ? {} : { use }) })),
		};
	},
});

export const saveAttachment = defineTool({
	name: "save_attachment",
	title: "Save attachment",
	description: "Saves an attachment of a mail below the allowed folders. A file that is there already is kept.",
	effect: "write",
	outside: true,
	input: z.object({
		id: idField.optional(),
		from: mailReference.from,
		about: mailReference.about,
		account: accountField,
		part: z
			.string()
			.regex(/^\d+(\.\d+)*$/)
			.optional()
			.describe("From read_email; the first attachment by default"),
		folder: slot("path", z.string().min(1).max(4096)).describe("Folder to save it in"),
	}),
	output: z.object({ path: z.string(), size: z.number().int(), type: z.string() }),
	voice: {
		en: {
			sentences: [
				"save [the] attachment (in|to|into) {folder}",
				"save [the] attachment of [the] [latest|last] (email|mail) from {from} (in|to|into) {folder}",
			],
			ask: { folder: "In which folder?" },
		},
	},
	timeoutMs: 58_000,
	say: ({ path }) => `Saved ${baseName(path)}.`,
	async run({ part, folder, ...wanted }, adapters: CommunicationAdapters, { user, signal }) {
		const { account, place } = await findMail(wanted, adapters, user.id, signal);
		const chosen = part ?? (await adapters.mailroom.read(account, place, signal)).attachments[0]?.part;
		if (chosen === undefined) throw new AiosError("not_found", "This mail has no attachments.");
		const { info, content } = await adapters.mailroom.attachment(account, place, chosen, maxAttachmentBytes, signal);
		const path = await saveNew(adapters.folders, folder, info.name, content);
		return { path, size: content.length, type: info.type };
	},
});
