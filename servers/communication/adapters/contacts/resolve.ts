import { AiosError } from "../../../../core/contract/index.ts";
import { sayList, soundsLike } from "../../../../core/text/index.ts";
import type { Contact } from "./store.ts";

/** How a person is reached. */
export type Channel = "email" | "phone";

/** Below this two names have little in common (see soundsLike). */
const leastAlike = 0.75;
/** Names this close in likeness to the best one could be meant as well. */
const margin = 0.08;
/** Choices read out at most. */
const mostChoices = 4;

export interface Match {
	contact: Contact;
	/** 0 to 1. */
	alike: number;
}

/** Contacts whose name, first or last name or other names sound like what was said, the likeliest first. */
export function matchContacts(contacts: readonly Contact[], said: string): Match[] {
	const wanted = said
		.trim()
		.replace(/^(?:my|the)\s+/i, "")
		.replace(/['’]s$/i, "");
	return contacts
		.map((contact) => ({ contact, alike: likeness(contact, wanted) }))
		.filter(({ alike }) => alike >= leastAlike)
		.sort((a, b) => b.alike - a.alike || a.contact.name.localeCompare(b.contact.name));
}

function likeness({ name, aliases }: Contact, wanted: string): number {
	const whole = Math.max(...[name, ...aliases].map((known) => soundsLike(known, wanted)));
	// A part of the name alone is a little less than the whole of it, so that "Anna" prefers the contact called just so.
	const parts = Math.max(...name.split(/[\s-]+/).map((part) => soundsLike(part, wanted)));
	return Math.max(whole, parts * 0.97);
}

/**
 * The one contact that is meant and can be reached that way. Throws `not_found` where nobody sounds like it or has no
 * such address, `conflict` with the choices where two fit; `details.ask` is then the question, whose answer is the
 * value of the slot `to`.
 */
export function resolveContact(contacts: readonly Contact[], said: string, channel: Channel): Contact {
	const matches = matchContacts(contacts, said);
	const reachable = matches.filter(({ contact }) => addressesOf(contact, channel).length > 0);
	const [best] = reachable;
	if (best === undefined) throw unknown(said, channel, matches[0]?.contact);
	const close = reachable.filter(({ alike }) => best.alike - alike < margin);
	if (close.length === 1) return best.contact;
	const exact = close.filter(({ contact }) => isExactly(contact, said));
	if (exact.length === 1 && exact[0] !== undefined) return exact[0].contact;
	throw several(
		said,
		(exact.length > 1 ? exact : close).map(({ contact }) => contact),
	);
}

export function addressesOf(contact: Contact, channel: Channel): readonly string[] {
	return channel === "email" ? contact.emails : contact.phones;
}

function isExactly({ name, aliases }: Contact, said: string): boolean {
	return [name, ...aliases].some((known) => known.toLowerCase() === said.trim().toLowerCase());
}

const noun: Record<Channel, string> = { email: "mail address", phone: "phone number" };

function unknown(said: string, channel: Channel, known: Contact | undefined): AiosError {
	const message =
		known === undefined
			? `There is no contact who sounds like ${JSON.stringify(said)}.`
			: `${known.name} has no ${noun[channel]} in your contacts.`;
	const question =
		known === undefined ? `I don't know ${said}. What is the ${noun[channel]}?` : `${message} What is it?`;
	return new AiosError("not_found", message, {
		spoken: known === undefined ? `I don't know anyone called ${said}.` : message,
		fix: "Add it with add_contact, or give the address itself.",
		details: { ask: { slot: "to", question } },
	});
}

function several(said: string, contacts: readonly Contact[]): AiosError {
	const choices = contacts.map(({ name }) => name);
	const shown = choices.slice(0, mostChoices);
	const question = `Which ${said} do you mean: ${sayList(shown, "or")}?`;
	return new AiosError("conflict", `Several contacts sound like ${JSON.stringify(said)}.`, {
		spoken: question,
		fix: `Say which: ${sayList(choices, "or")}.`,
		details: { choices, ask: { slot: "to", question } },
	});
}
