import type { Clock, Logger } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import {
	compose,
	type Delivery,
	type MailAccount,
	type Mailbox,
	type Mailroom,
	readAttachments,
	type Sender,
} from "./mail/index.ts";

export interface Letter {
	to: readonly Mailbox[];
	cc: readonly Mailbox[];
	bcc: readonly Mailbox[];
	subject: string;
	text: string;
	/** Paths of files below the allowed folders. */
	attachments: readonly string[];
	inReplyTo?: string;
	references?: readonly string[];
}

export interface Posted extends Delivery {
	messageId: string;
	/** Whether a copy is in the account's Sent folder. */
	kept: boolean;
}

/** Writes, sends and files mails. */
export interface Post {
	/** Throws before anything is sent, or what Sender.send throws. A missing copy in the Sent folder is no failure. */
	send(account: MailAccount, letter: Letter, signal: AbortSignal): Promise<Posted>;
}

export function createPost(deps: {
	sender: Sender;
	mailroom: Mailroom;
	folders: Folders;
	clock: Clock;
	log: Logger;
}): Post {
	const { sender, mailroom, folders, clock, log } = deps;
	return {
		async send(account, { attachments, ...letter }, signal) {
			const files = await readAttachments(attachments, folders);
			const from = { name: account.name, address: account.address };
			const { raw, messageId } = await compose({ ...letter, from, attachments: files }, clock.now());
			signal.throwIfAborted();
			const to = [...letter.to, ...letter.cc, ...letter.bcc].map(({ address }) => address);
			const delivery = await sender.send(account, { to, raw }, signal);
			const kept =
				account.keepsSent ||
				(await mailroom.keepSent(account, raw, signal).catch((error: unknown) => {
					log.warn("a sent mail could not be copied into the Sent folder", { error: String(error) });
					return false;
				}));
			return { ...delivery, messageId, kept };
		},
	};
}
