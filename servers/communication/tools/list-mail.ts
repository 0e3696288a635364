import type { SearchObject } from "imapflow";
import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import { sayCount, sayList } from "../../../core/text/index.ts";
import { type CommunicationAdapters, type Envelope, envelopeSchema, type MailAccount } from "../adapters/index.ts";
import { sayFrom, saySubject } from "./shared.ts";

export const mailListOutput = z.object({
	messages: z.array(envelopeSchema),
	total: z.number().int().describe("Mails in the folder, or found"),
	unread: z.number().int().describe("Unread mails in the folder"),
	next: z.string().optional().describe("Give it as `cursor` for the next page"),
	unreachable: z.array(z.object({ account: z.string(), reason: z.string() })).describe("Accounts that did not answer"),
});
export type MailList = z.output<typeof mailListOutput>;

/** Mails whose senders and subjects are read out. */
const mostSpoken = 3;

export interface MailQuestion {
	account: string | undefined;
	folder: string;
	limit: number;
	query: SearchObject | undefined;
	cursor: string | undefined;
}

const cursorSchema = z.record(z.string(), z.string());

/**
 * The newest mails of one account, or of all of them together. An account that fails does not hide the others; where
 * all fail, the first failure is thrown.
 */
export async function listMail(
	{ account: said, folder, limit, query, cursor }: MailQuestion,
	{ accounts, mailroom }: CommunicationAdapters,
	owner: string,
	signal: AbortSignal,
): Promise<MailList> {
	const after = cursor === undefined ? undefined : readCursor(cursor);
	const chosen = await chooseAccounts(accounts, owner, said);
	const asked = chosen.filter(({ id }) => after === undefined || after[id] !== undefined);
	const results = await Promise.allSettled(
		asked.map((account) => mailroom.list(account, { folder, limit, query, after: after?.[account.id], signal })),
	);
	const pages = results.flatMap((result, index) => {
		const account = asked[index];
		return result.status === "fulfilled" && account !== undefined ? [{ account, ...result.value }] : [];
	});
	const failures = results.flatMap((result, index) =>
		result.status === "rejected"
			? [{ account: asked[index]?.address ?? "", error: AiosError.from(result.reason) }]
			: [],
	);
	if (pages.length === 0 && failures[0] !== undefined) throw failures[0].error;
	const merged = pages
		.flatMap(({ account, messages }) => messages.map((message) => ({ account, message })))
		.sort((a, b) => b.message.date.localeCompare(a.message.date));
	const shown = pages.length === 1 ? merged : merged.slice(0, limit);
	const next: Record<string, string> = {};
	for (const { account, messages, cursors, next: further } of pages) {
		const read = shown.filter((one) => one.account === account).length;
		const resume = read === messages.length ? further : (cursors[read - 1] ?? after?.[account.id] ?? "");
		if (resume !== undefined) next[account.id] = resume;
	}
	return {
		messages: shown.map(({ message }) => message),
		total: pages.reduce((sum, page) => sum + page.total, 0),
		unread: pages.reduce((sum, page) => sum + page.unread, 0),
		...(Object.keys(next).length === 0 ? {} : { next: Buffer.from(JSON.stringify(next)).toString("base64url") }),
		unreachable: failures.map(({ account, error }) => ({ account, reason: error.message })),
	};
}

async function chooseAccounts(
	accounts: CommunicationAdapters["accounts"],
	owner: string,
	said: string | undefined,
): Promise<MailAccount[]> {
	if (said !== undefined) return [await accounts.find(owner, said)];
	const own = await accounts.list(owner);
	// Finding none says how to connect one.
	return own.length > 0 ? own : [await accounts.find(owner)];
}

function readCursor(text: string): Record<string, string> {
	try {
		return cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
	} catch (cause) {
		throw new AiosError("bad_request", "This is not where a page ended.", {
			fix: "Take `next` of the last answer.",
			cause,
		});
	}
}

/** "three unread emails: from Anna about lunch, from Bob about the report, and one more". */
export function sayMails(messages: readonly Envelope[], total: number, what: string): string {
	const counted = sayCount(total, what);
	if (messages.length === 0) return counted;
	const told = messages.slice(0, mostSpoken).map((mail) => `from ${sayFrom(mail)} about ${saySubject(mail)}`);
	const rest = total - told.length;
	return `${counted}: ${sayList(rest > 0 ? [...told, `${rest} more`] : told)}`;
}

export function sayUnreachable({ unreachable }: MailList): string {
	return unreachable.length === 0 ? "" : ` I could not reach ${sayList(unreachable.map(({ account }) => account))}.`;
}
