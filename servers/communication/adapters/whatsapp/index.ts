import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Chat, Client, Message } from "whatsapp-web.js";
import { findBrowser } from "../../../../core/chrome/index.ts";
import { AiosError, abortError, type Logger } from "../../../../core/contract/index.ts";
import type { CommunicationSettings } from "../settings.ts";
import { createSession, type WhatsAppSession, type WhatsAppStatus } from "./session.ts";

export type { WhatsAppStatus } from "./session.ts";

export interface MediaFile {
	mimeType: string;
	/** Base64. */
	data: string;
	name: string;
}

export interface WhatsAppMessage {
	id: string;
	/** Whose conversation it is in: a person's or a group's name. */
	chat: string;
	/** Number of the writer, "+491701234567". */
	from: string;
	mine: boolean;
	text: string;
	/** ISO 8601. */
	date: string;
	type: string;
	media: boolean;
}

export interface WhatsAppChat {
	id: string;
	name: string;
	group: boolean;
	unread: number;
	/** Milliseconds since 1970. */
	at: number;
}

/** Everyone's own WhatsApp, linked to their phone. */
export interface WhatsApp {
	status(owner: string): WhatsAppStatus;
	connect(owner: string, signal: AbortSignal): Promise<WhatsAppStatus>;
	disconnect(owner: string): Promise<void>;
	/** Sends to a number; resolves when WhatsApp's server took it. Throws `not_found` for a number without WhatsApp. */
	send(
		owner: string,
		message: { number: string; text: string; media?: MediaFile },
		signal: AbortSignal,
	): Promise<{ id: string; date: string }>;
	/** Conversations, the last used first. */
	chats(owner: string, signal: AbortSignal): Promise<WhatsAppChat[]>;
	/** The newest messages of a conversation, oldest first. */
	messages(owner: string, chat: string, limit: number, signal: AbortSignal): Promise<WhatsAppMessage[]>;
	media(owner: string, message: string, signal: AbortSignal): Promise<MediaFile>;
	/** Path of the browser it runs in, where one is found. */
	browser(): string | undefined;
	close(): Promise<void>;
}

export interface WhatsAppDeps {
	settings: CommunicationSettings["whatsapp"];
	dataDir: string;
	env: Readonly<Record<string, string>>;
	log: Logger;
}

export function createWhatsApp({ settings, dataDir, env, log }: WhatsAppDeps): WhatsApp {
	const sessions = new Map<string, WhatsAppSession>();
	const browser = () => settings.browser ?? findBrowser({ platform: process.platform, env });
	const folder = join(dataDir, "whatsapp");

	async function create(owner: string): Promise<Client> {
		const executablePath = browser();
		if (executablePath === undefined) {
			throw new AiosError("missing_part", "WhatsApp needs Chrome or Chromium, and none was found.", {
				fix: "Install Chrome or Chromium, or name it in the settings (whatsapp.browser).",
			});
		}
		const { Client, LocalAuth } = (await import("whatsapp-web.js")).default;
		const { webVersion } = settings;
		return new Client({
			authStrategy: new LocalAuth({ clientId: keyOf(owner), dataPath: folder }),
			puppeteer: {
				executablePath,
				headless: true,
				env: { ...env },
				// Chromium refuses its sandbox to root.
				args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
				handleSIGINT: false,
				handleSIGTERM: false,
				handleSIGHUP: false,
			},
			qrMaxRetries: 0,
			webVersionCache: {
				type: "local",
				path: webVersion?.folder ?? join(folder, "cache"),
				strict: webVersion !== undefined,
			},
			...(webVersion === undefined ? {} : { webVersion: webVersion.version }),
		});
	}

	function session(owner: string): WhatsAppSession {
		const known = sessions.get(owner);
		if (known !== undefined) return known;
		const made = createSession({ create: () => create(owner), log });
		sessions.set(owner, made);
		return made;
	}

	/** Runs `work` with the ready client. The page may answer never, so giving up does not wait for it. */
	async function use<T>(owner: string, signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
		const client = await session(owner).ready(signal);
		const { promise: given, reject } = Promise.withResolvers<never>();
		const onAbort = () => reject(abortError(signal));
		signal.addEventListener("abort", onAbort, { once: true });
		try {
			return await Promise.race([given, work(client)]);
		} catch (thrown) {
			if (thrown instanceof AiosError) throw thrown;
			throw new AiosError("upstream_failed", `WhatsApp failed: ${String(thrown).split("\n")[0]}`, {
				spoken: "WhatsApp failed. The details are on the page.",
				fix: "Disconnect and connect WhatsApp again. Where that does not help, WhatsApp's page has changed: update AIOS.",
				cause: thrown,
			});
		} finally {
			signal.removeEventListener("abort", onAbort);
		}
	}

	return {
		browser,
		status: (owner) => session(owner).status(),
		connect: (owner, signal) => session(owner).start(signal),
		async disconnect(owner) {
			await session(owner).logout();
			await rm(join(folder, `session-${keyOf(owner)}`), { recursive: true, force: true });
		},
		send: (owner, { number, text, media }, signal) =>
			use(owner, signal, async (client) => {
				const id = await client.getNumberId(number.replace(/^\+/, ""));
				if (id === null) {
					throw new AiosError("not_found", `${number} is not on WhatsApp.`, { fix: "Send an SMS or a mail instead." });
				}
				signal.throwIfAborted();
				const { MessageMedia } = (await import("whatsapp-web.js")).default;
				const options = { waitUntilMsgSent: true, linkPreview: false, sendSeen: false };
				const sent = await client.sendMessage(
					id._serialized,
					media === undefined ? text : new MessageMedia(media.mimeType, media.data, media.name),
					media === undefined ? options : { ...options, caption: text },
				);
				if (sent === undefined || sent === null || sent.ack < 1) throw notTaken();
				return { id: sent.id._serialized, date: new Date(sent.timestamp * 1000).toISOString() };
			}),
		chats: (owner, signal) =>
			use(owner, signal, async (client) => (await client.getChats()).map(toChat).sort((a, b) => b.at - a.at)),
		messages: (owner, chat, limit, signal) =>
			use(owner, signal, async (client) => {
				const found = await client.getChatById(chat);
				const messages = await found.fetchMessages({ limit });
				return messages.map((message) => toMessage(message, found.name)).sort((a, b) => a.date.localeCompare(b.date));
			}),
		media: (owner, id, signal) =>
			use(owner, signal, async (client) => {
				const message = await client.getMessageById(id);
				const media = message?.hasMedia ? await message.downloadMedia() : undefined;
				if (media === undefined) {
					throw new AiosError("not_found", "This message has no picture or file that can be loaded.", {
						fix: "Old files are gone from WhatsApp's servers: open it on the phone first.",
					});
				}
				return { mimeType: media.mimetype, data: media.data, name: media.filename ?? "" };
			}),
		async close() {
			await Promise.all([...sessions.values()].map((open) => open.stop()));
			sessions.clear();
		},
	};
}

/** A folder's name for a person, whatever their id is made of. */
function keyOf(owner: string): string {
	return createHash("sha256").update(owner).digest("hex").slice(0, 16);
}

function toChat({ id, name, isGroup, unreadCount, timestamp }: Chat): WhatsAppChat {
	return { id: id._serialized, name, group: isGroup, unread: Math.max(0, unreadCount), at: (timestamp ?? 0) * 1000 };
}

function toMessage(message: Message, chat: string): WhatsAppMessage {
	return {
		id: message.id._serialized,
		chat,
		from: numberOf(message.author ?? message.from),
		mine: message.fromMe,
		text: message.body,
		date: new Date(message.timestamp * 1000).toISOString(),
		type: message.type,
		media: message.hasMedia,
	};
}

function numberOf(id: string): string {
	const [user = ""] = id.split("@");
	return id.endsWith("@c.us") ? `+${user}` : user;
}

function notTaken(): AiosError {
	return new AiosError("upstream_failed", "WhatsApp did not say that it took the message.", {
		spoken: "WhatsApp did not take the message.",
		fix: "Look on the phone whether it is waiting there before you send it again.",
	});
}
