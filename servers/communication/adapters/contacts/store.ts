import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AiosError } from "../../../../core/contract/index.ts";
import type { JsonFile } from "../json-file.ts";

const contactSchema = z.object({
	id: z.string(),
	/** Id of the person whose contact it is. */
	owner: z.string(),
	name: z.string(),
	/** Further names they are called by. */
	aliases: z.array(z.string()),
	/** The first one is used unless another is asked for. */
	emails: z.array(z.string()),
	/** E.164, "+491701234567". */
	phones: z.array(z.string()),
});
export type Contact = z.output<typeof contactSchema>;
export const contactsSchema = z.array(contactSchema);

const maxContacts = 20_000;

/** Everyone's own address book. */
export interface Contacts {
	/** By name. */
	list(owner: string): Promise<Contact[]>;
	/** Adds a person, or what is new to the one of exactly that name. */
	add(owner: string, person: Omit<Contact, "id" | "owner">): Promise<{ contact: Contact; created: boolean }>;
	remove(owner: string, id: string): Promise<void>;
}

export function createContacts(file: JsonFile<Contact[]>): Contacts {
	const byName = (a: Contact, b: Contact) => a.name.localeCompare(b.name);
	return {
		list: async (owner) => (await file.read()).filter((contact) => contact.owner === owner).sort(byName),
		add: (owner, person) =>
			file.update<{ contact: Contact; created: boolean }>((contacts) => {
				const known = contacts.find(
					(contact) => contact.owner === owner && contact.name.toLowerCase() === person.name.toLowerCase(),
				);
				if (known === undefined) {
					if (contacts.length >= maxContacts) throw new AiosError("too_large", "The address book is full.");
					const contact = { ...person, id: randomUUID(), owner };
					return { data: [...contacts, contact], result: { contact, created: true } };
				}
				const contact = {
					...known,
					aliases: merged(known.aliases, person.aliases),
					emails: merged(known.emails, person.emails),
					phones: merged(known.phones, person.phones),
				};
				const data = contacts.map((old) => (old.id === known.id ? contact : old));
				return { data, result: { contact, created: false } };
			}),
		remove: (owner, id) =>
			file.update((contacts) => ({
				data: contacts.filter((contact) => contact.owner !== owner || contact.id !== id),
				result: undefined,
			})),
	};
}

function merged(old: readonly string[], added: readonly string[]): string[] {
	return [...new Set([...old, ...added])];
}
