import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { type CommunicationAdapters, formatTarget, type MediaFile, sayTarget } from "../adapters/index.ts";
import { baseName, gist, lineField } from "./shared.ts";

/** Largest file WhatsApp's page is given, in bytes. */
const maxMediaBytes = 16_000_000;

export const personField = slot("name", lineField(254).min(1)).describe("A contact's name, or a phone number");

export const sendWhatsapp = defineTool({
	name: "send_whatsapp",
	title: "Send WhatsApp message",
	description:
		"Sends a WhatsApp message, with a picture or file where one is given. Done only when WhatsApp's server took it.",
	effect: "outbound",
	input: z.object({
		to: personField,
		message: slot("text", z.string().trim().min(1).max(60_000)),
		attachment: slot("path", z.string().min(1).max(4096)).optional().describe("A file below the allowed folders"),
	}),
	output: z.object({ to: z.string(), number: z.string(), id: z.string(), date: z.string() }),
	voice: {
		en: {
			sentences: [
				"(send|write) [a] whatsapp [message] to {to} (saying|that says|and say|that) {message}",
				"(send|write) {to} [a] whatsapp [message] (saying|that says|and say|that) {message}",
				"(send|write) [a] whatsapp [message] to {to}",
				"(send|write) {to} [a] whatsapp [message]",
				"whatsapp {to} (saying|that says|and say|that) {message}",
				"whatsapp {to!} {message!}",
				"(send|write) [a] whatsapp [message] to {to!} {message!}",
				"(send|write) {to} (on|by|via|through) whatsapp (saying|that says|and say|that) {message}",
				"whatsapp {to}",
				"(message|text|write to) {to} (on|by|via|through) whatsapp",
				"(send|write) [a] message to {to} (on|by|via|through) whatsapp [saying {message}]",
				"(tell|message) {to} (on|by|via|through) whatsapp (that|saying) {message}",
				"(send|write) [a] whatsapp [message]",
			],
			examples: ["let mum know on whatsapp that I am on my way"],
			followUps: [
				{ text: "[no] [not that one] [send it|write] to {to} [instead]" },
				{ text: "(no|sorry|no sorry) [i] (mean|meant|said) [to] {to}" },
				{ text: "[no] (make it say|change it to|change the (message|text|body) to|say) {message} [instead]" },
			],
			ask: { to: "To whom?", message: "What should the message say?" },
		},
	},
	timeoutMs: 58_000,
	summary({ to, message, attachment }) {
		const file = attachment === undefined ? "" : `, with ${baseName(attachment)}`;
		return `Send ${sayTarget(to)} on WhatsApp: "${gist(message)}"${file}`;
	},
	say: ({ to }) => `Sent to ${to} on WhatsApp.`,
	async resolve(input, { recipients, folders }: CommunicationAdapters, { user }) {
		const to = formatTarget(await recipients.phone(user.id, input.to));
		if (input.attachment === undefined) return { ...input, to };
		return { ...input, to, attachment: await folders.resolve(input.attachment) };
	},
	async run({ to, message, attachment }, adapters: CommunicationAdapters, { user, signal }) {
		const { name, number } = await adapters.recipients.phone(user.id, to);
		const media = attachment === undefined ? undefined : await readMedia(attachment, adapters);
		const sent = await adapters.whatsapp.send(user.id, { number, text: message, media }, signal);
		return { to: name === "" ? number : name, number, ...sent };
	},
});

async function readMedia(path: string, { folders }: CommunicationAdapters): Promise<MediaFile> {
	const real = await folders.resolve(path);
	const found = await stat(real).catch((cause: unknown) => {
		throw new AiosError("not_found", `There is no readable file ${path}.`, { cause });
	});
	if (!found.isFile()) throw new AiosError("bad_request", `${path} is not a file.`);
	if (found.size > maxMediaBytes) {
		throw new AiosError("too_large", `${path} is larger than ${maxMediaBytes / 1_000_000} MB.`);
	}
	const mimeType = Bun.file(real).type.split(";")[0] ?? "application/octet-stream";
	return { mimeType, data: (await readFile(real)).toString("base64"), name: baseName(real) };
}
