import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount, sayList, soundsLike } from "../../../core/text/index.ts";
import {
	type CommunicationAdapters,
	type Contact,
	cleanLine,
	fileName,
	saveNew,
	type WhatsAppChat,
} from "../adapters/index.ts";
import { personField } from "./send-whatsapp.ts";
import { asSentence, baseName, gist } from "./shared.ts";

const leastAlike = 0.75;
/** Conversations opened where none is named. */
const mostChats = 10;

export const readWhatsapp = defineTool({
	name: "read_whatsapp",
	title: "WhatsApp messages",
	description:
		"Newest WhatsApp messages: of one person or group, or of every conversation with unread ones. Nothing is marked as read.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		from: personField.optional().describe("Person or group"),
		limit: z.number().int().min(1).max(200).default(20).describe("Messages of a conversation"),
	}),
	output: z.object({
		chats: z.array(
			z.object({
				id: z.string(),
				name: z.string(),
				group: z.boolean(),
				unread: z.number().int(),
				messages: z.array(
					z.object({
						id: z.string(),
						from: z.string(),
						mine: z.boolean(),
						text: z.string(),
						date: z.string().describe("ISO 8601"),
						type: z.string(),
						media: z.boolean().describe("Has a picture or file: save_whatsapp_media"),
					}),
				),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(read|check|show) [me] [my|the] [new|unread|latest] whatsapp [messages] from {from}",
				"(read|check|show) [me] [my|the] [new|unread|latest] (whatsapp|whatsapps|whatsapp messages)",
				"(do i have|are there) [any] [new|unread] (whatsapp|whatsapps|whatsapp messages)",
				"any [new|unread] (whatsapp|whatsapps|whatsapp messages)",
				"what did {from} (write|say) on whatsapp",
			],
			examples: ["anything new on whatsapp"],
		},
	},
	timeoutMs: 58_000,
	say({ chats }, { from }) {
		const [only] = chats;
		if (from !== undefined && only !== undefined) {
			const last = only.messages.findLast(({ mine }) => !mine);
			return last === undefined ? `${only.name} wrote nothing yet.` : `${only.name} wrote: ${spoken(last)}`;
		}
		if (chats.length === 0) return "You have no unread WhatsApp messages.";
		const total = chats.reduce((sum, { unread }) => sum + unread, 0);
		const told = chats.slice(0, 3).map(({ name, messages }) => {
			const last = messages.findLast(({ mine }) => !mine);
			return last === undefined ? name : `${name}: ${spoken(last)}`;
		});
		return `You have ${sayCount(total, "unread WhatsApp message")}. ${told.join(" ")}`;
	},
	async run({ from, limit }, adapters: CommunicationAdapters, { user, signal }) {
		const { whatsapp, contacts } = adapters;
		const people = await contacts.list(user.id);
		const all = (await whatsapp.chats(user.id, signal)).map((chat) => ({ ...chat, name: nameOf(chat, people) }));
		const chosen =
			from === undefined
				? all.filter(({ unread }) => unread > 0).slice(0, mostChats)
				: [await findChat(from, all, adapters, user.id)];
		const chats = [];
		for (const { id, name, group, unread } of chosen) {
			const messages = await whatsapp.messages(user.id, id, limit, signal);
			chats.push({
				...{ id, name: cleanLine(name), group, unread },
				messages: messages.map(({ chat: _, ...message }) => message),
			});
		}
		return { chats };
	},
});

/** One's own name for a person goes before the one WhatsApp shows. */
function nameOf({ id, name }: WhatsAppChat, people: readonly Contact[]): string {
	return people.find(({ phones }) => phones.some((phone) => id === `${phone.replace(/^\+/, "")}@c.us`))?.name ?? name;
}

/** The conversation with a contact, or the one whose name sounds most like what was said. */
async function findChat(
	said: string,
	chats: readonly WhatsAppChat[],
	{ recipients }: CommunicationAdapters,
	owner: string,
): Promise<WhatsAppChat> {
	const target = await recipients.phone(owner, said).catch((error: unknown) => {
		if (error instanceof AiosError && error.code === "not_found") return undefined;
		throw error;
	});
	const known = target && chats.find(({ id }) => id === `${target.number.replace(/^\+/, "")}@c.us`);
	if (known) return known;
	const [best] = chats.map((chat) => ({ chat, alike: soundsLike(chat.name, said) })).sort((a, b) => b.alike - a.alike);
	if (best !== undefined && best.alike >= leastAlike) return best.chat;
	throw new AiosError("not_found", `There is no WhatsApp conversation with ${said}.`, {
		fix: `There are ${sayList(chats.slice(0, 10).map(({ name }) => cleanLine(name)))}.`,
		spoken: `There is no WhatsApp conversation with ${said}.`,
	});
}

function spoken({ text, type }: { text: string; type: string }): string {
	const words = gist(cleanLine(text), 300);
	if (words === "") return `a ${type} without words.`;
	return asSentence(words);
}

export const saveWhatsappMedia = defineTool({
	name: "save_whatsapp_media",
	title: "Save WhatsApp file",
	description:
		"Saves the picture or file of a WhatsApp message below the allowed folders. A file that is there already is kept.",
	effect: "write",
	outside: true,
	input: z.object({
		id: z.string().min(1).max(300).describe("Id of the message, from read_whatsapp"),
		folder: slot("path", z.string().min(1).max(4096)),
	}),
	output: z.object({ path: z.string(), type: z.string(), size: z.number().int() }),
	voice: {
		en: {
			sentences: ["save [the] whatsapp (picture|photo|file|media) {id} (in|to|into) {folder}"],
			ask: { id: "Which message?", folder: "In which folder?" },
		},
	},
	timeoutMs: 58_000,
	say: ({ path }) => `Saved ${baseName(path)}.`,
	async run({ id, folder }, { whatsapp, folders }: CommunicationAdapters, { user, signal }) {
		const { mimeType, data, name } = await whatsapp.media(user.id, id, signal);
		const content = Buffer.from(data, "base64");
		const path = await saveNew(folders, folder, fileName(name, mimeType), content);
		return { path, type: mimeType, size: content.length };
	},
});
