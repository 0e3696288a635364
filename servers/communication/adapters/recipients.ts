import {
	addressesOf,
	type Contacts,
	looksLikePhone,
	matchContacts,
	parsePhone,
	resolveContact,
} from "./contacts/index.ts";
import { formatMailbox, type Mailbox, splitRecipients } from "./mail/index.ts";
import type { CommunicationSettings } from "./settings.ts";

export interface PhoneTarget {
	/** The contact's name; "" for a bare number. */
	name: string;
	number: string;
}

/** Turns names into addresses. Throws what resolveContact, parseAddress and parsePhone throw. */
export interface Recipients {
	/** One or several mailboxes: "Anna and Bob", "Anna Smith <anna@example.com>, bob@example.org". */
	mail(owner: string, said: string): Promise<Mailbox[]>;
	phone(owner: string, said: string): Promise<PhoneTarget>;
}

export function createRecipients(contacts: Contacts, settings: CommunicationSettings["phone"]): Recipients {
	return {
		async mail(owner, said) {
			const entries = splitRecipients(said);
			if (entries.every(({ address }) => address !== "")) return unique(entries);
			const known = await contacts.list(owner);
			return unique(
				entries.flatMap((entry) => {
					if (entry.address !== "") return [entry];
					const together = matchContacts(known, entry.name).length > 0;
					const names = together ? [entry.name] : entry.name.split(/\s+and\s+/i);
					return names.map((name) => {
						const contact = resolveContact(known, name, "email");
						return { name: contact.name, address: contact.emails[0] ?? "" };
					});
				}),
			);
		},
		async phone(owner, said) {
			const [, name, number] = /^(.*?)\s*<([^<>]+)>\s*$/.exec(said) ?? [];
			if (number !== undefined) return { name: name ?? "", number: parsePhone(number, settings.countryCode) };
			if (looksLikePhone(said)) return { name: "", number: parsePhone(said, settings.countryCode) };
			const contact = resolveContact(await contacts.list(owner), said, "phone");
			return { name: contact.name, number: parsePhone(addressesOf(contact, "phone")[0] ?? "", settings.countryCode) };
		},
	};
}

/** The form in which a resolved person travels in a call's arguments. */
export function formatTarget({ name, number }: PhoneTarget): string {
	return name === "" ? number : `${name.replaceAll(/[<>]/g, "")} <${number}>`;
}

/** A resolved person as it is said: "Anna Smith at +491701234567". */
export function sayTarget(to: string): string {
	const [, name, number] = /^(.*?)\s*<([^<>]+)>$/.exec(to) ?? [];
	return number === undefined || name === "" ? (number ?? to) : `${name} at ${number}`;
}

export function formatMailboxes(mailboxes: readonly Mailbox[]): string {
	return mailboxes.map(formatMailbox).join(", ");
}

function unique(mailboxes: readonly Mailbox[]): Mailbox[] {
	return [...new Map(mailboxes.map((mailbox) => [mailbox.address, mailbox])).values()];
}
