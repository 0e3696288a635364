import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList } from "../../../core/text/index.ts";
import {
	type CommunicationAdapters,
	type Contact,
	matchContacts,
	parseAddress,
	parsePhone,
} from "../adapters/index.ts";
import { lineField } from "./shared.ts";

const contactOutput = z.object({
	id: z.string(),
	name: z.string(),
	aliases: z.array(z.string()),
	emails: z.array(z.string()),
	phones: z.array(z.string()),
});

function shown({ owner: _, ...contact }: Contact): z.output<typeof contactOutput> {
	return contact;
}

const nameField = slot("name", lineField(200).min(1)).refine((name) => !/[<>@,;"]/.test(name), {
	message: "expected a name without < > @ , ; or quotes",
});

export const addContact = defineTool({
	name: "add_contact",
	title: "Add contact",
	description: "Adds a person to your contacts, or a further address to one of that name.",
	effect: "write",
	idempotent: true,
	input: z.object({
		name: nameField,
		email: slot("email", z.string().trim().min(3).max(254)).optional(),
		phone: slot("text", z.string().trim().min(3).max(60)).optional().describe("With its country: +49 170 1234567"),
		aliases: z.array(nameField).max(20).optional().describe('Other names they are called by: "mum"'),
	}),
	output: z.object({ contact: contactOutput, created: z.boolean() }),
	voice: {
		en: {
			sentences: [
				"(add|save|create|make) [a] [new] contact [named|called] {name} [with|and] [the] (email|mail) [address] {email}",
				"(add|save|create|make) [a] [new] contact [named|called] {name} [with|and] [the] (phone|telephone|mobile|number) [number] {phone}",
				"(add|save|put) {name} (to|in|into) [my|the] (contacts|address book)",
				"(add|save|put) {name} (to|in|into) [my|the] (contacts|address book) [with|and] [the|her|his|their] (email|mail|address) [address] [is] {email}",
				"(add|save|put) {name} (to|in|into) [my|the] (contacts|address book) [with|and] [the|her|his|their] (phone|telephone|mobile|number) [number] [is] {phone}",
				"(add|save|create|make) [a] [new] contact [named|called] {name}",
			],
			ask: { name: "What is the name?" },
		},
	},
	say: ({ contact, created }) => `${created ? "Added" : "Updated"} ${contact.name}${reach(contact)}.`,
	async run({ name, email, phone, aliases = [] }, { contacts, countryCode }: CommunicationAdapters, { user }) {
		const { contact, created } = await contacts.add(user.id, {
			name: spelt(name),
			aliases,
			emails: email === undefined ? [] : [parseAddress(email)],
			phones: phone === undefined ? [] : [parsePhone(phone, countryCode)],
		});
		return { contact: shown(contact), created };
	},
});

/** What was said comes without capitals. */
function spelt(name: string): string {
	return name === name.toLowerCase() ? name.replaceAll(/(^|[\s-])\p{L}/gu, (start) => start.toUpperCase()) : name;
}

export const findContact = defineTool({
	name: "find_contact",
	title: "Find contact",
	description: "Contacts whose name sounds like what was said, the likeliest first.",
	effect: "read",
	role: "user",
	input: z.object({ name: slot("name", lineField(200).min(1)) }),
	output: z.object({ contacts: z.array(contactOutput.extend({ likeness: z.number().describe("0 to 1") })) }),
	voice: {
		en: {
			sentences: [
				"(find|look up|search|show) [me] [the|my] contact {name}",
				"(find|look up|show) [me] {name} in my (contacts|address book)",
				"what is {name}'s (email|mail|phone|telephone|mobile|cell|number) [address|number]",
				"(do i have|what is) [the] (number|phone number|email|email address|address) (for|of) {name}",
				"what is the (email|mail|phone|telephone|mobile) [address|number] of {name}",
				"how (can|do) i reach {name}",
			],
			examples: ["do I have the number of my dentist"],
			ask: { name: "Whom?" },
		},
	},
	say({ contacts }, { name }) {
		const [best, ...others] = contacts;
		if (best === undefined) return `I don't know anyone called ${name}.`;
		if (others.length === 0) return `${best.name}${reach(best) || " has no address"}.`;
		return `I know ${sayList(contacts.slice(0, 4).map((contact) => contact.name))}.`;
	},
	async run({ name }, { contacts }: CommunicationAdapters, { user }) {
		const found = matchContacts(await contacts.list(user.id), name).slice(0, 20);
		return {
			contacts: found.map(({ contact, alike }) => ({ ...shown(contact), likeness: Math.round(alike * 100) / 100 })),
		};
	},
});

export const listContacts = defineTool({
	name: "list_contacts",
	title: "Contacts",
	description: "Your contacts by name.",
	effect: "read",
	role: "user",
	input: z.object({
		limit: z.number().int().min(1).max(1_000).default(200),
		offset: z.number().int().min(0).default(0),
	}),
	output: z.object({ contacts: z.array(contactOutput), total: z.number().int() }),
	voice: {
		en: {
			sentences: [
				"(list|show|read) [me] [all] [my|the] (contacts|address book)",
				"who is in my (contacts|address book)",
			],
		},
	},
	say({ contacts, total }) {
		if (total === 0) return "You have no contacts yet.";
		const names = contacts.slice(0, 5).map(({ name }) => name);
		return `You have ${sayCount(total, "contact")}: ${sayList(total > names.length ? [...names, `${total - names.length} more`] : names)}.`;
	},
	async run({ limit, offset }, { contacts }: CommunicationAdapters, { user }) {
		const all = await contacts.list(user.id);
		return { contacts: all.slice(offset, offset + limit).map(shown), total: all.length };
	},
});

export const removeContact = defineTool({
	name: "remove_contact",
	title: "Remove contact",
	description: "Removes a person from your contacts.",
	effect: "destructive",
	input: z.object({ name: slot("name", lineField(200).min(1)).describe("Name, or id") }),
	output: z.object({ contact: contactOutput }),
	voice: {
		en: {
			sentences: [
				"(remove|delete|forget) [the|my] contact {name}",
				"(remove|delete) {name} from my (contacts|address book)",
			],
			ask: { name: "Whom?" },
		},
	},
	summary: ({ name }) => `Remove ${name} from your contacts`,
	say: ({ contact }) => `I removed ${contact.name} from your contacts.`,
	async resolve(input, { contacts }: CommunicationAdapters, { user }) {
		return { ...input, name: chosen(await contacts.list(user.id), input.name).name };
	},
	async run({ name }, { contacts }: CommunicationAdapters, { user }) {
		const contact = chosen(await contacts.list(user.id), name);
		await contacts.remove(user.id, contact.id);
		return { contact: shown(contact) };
	},
});

/** The one contact that is meant. Throws `not_found`, or `conflict` with the choices. */
function chosen(contacts: readonly Contact[], said: string): Contact {
	const exact = contacts.filter(({ id, name }) => id === said || name.toLowerCase() === said.toLowerCase());
	const found = exact.length > 0 ? exact : matchContacts(contacts, said).map(({ contact }) => contact);
	const [first, ...others] = found;
	if (first === undefined) {
		throw new AiosError("not_found", `There is no contact called ${said}.`, {
			spoken: `I don't know anyone called ${said}.`,
		});
	}
	if (others.length === 0) return first;
	const choices = found.map(({ name }) => name);
	const question = `Which one: ${sayList(choices.slice(0, 4), "or")}?`;
	throw new AiosError("conflict", `Several contacts sound like ${said}.`, {
		spoken: question,
		fix: `Say which: ${sayList(choices, "or")}.`,
		details: { choices, ask: { slot: "name", question } },
	});
}

function reach({ emails, phones }: Pick<Contact, "emails" | "phones">): string {
	const ways = [...emails.slice(0, 1), ...phones.slice(0, 1)];
	return ways.length === 0 ? "" : `: ${sayList(ways)}`;
}
