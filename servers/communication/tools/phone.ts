import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { type CommunicationAdapters, formatTarget, sayTarget, twilioAccountSchema } from "../adapters/index.ts";
import { personField } from "./send-whatsapp.ts";
import { gist } from "./shared.ts";

const placedOutput = z.object({
	to: z.string(),
	number: z.string(),
	provider: z.string().describe('"twilio" or "desktop"'),
	status: z.string().describe("The provider's word; \"handed over\" where the desktop's program has it"),
	id: z.string().optional(),
});

export const placeCall = defineTool({
	name: "place_call",
	title: "Place a call",
	description:
		"Calls somebody: through Twilio your own phone rings first and is then connected; else the desktop's phone link opens with the number.",
	effect: "outbound",
	input: z.object({ to: personField }),
	output: placedOutput,
	voice: {
		en: {
			sentences: [
				"(call|phone|ring|dial) {to}",
				"(place|make|start) [a] [phone] call to {to}",
				"give {to} a (call|ring)",
				"(place|make) [a] [phone] call",
			],
			examples: ["I want to talk to anna on the phone"],
			followUps: [{ text: "(no|sorry|no sorry) [i] (mean|meant|said) {to}" }, { text: "no call {to}" }],
			ask: { to: "Whom should I call?" },
		},
	},
	timeoutMs: 45_000,
	summary: ({ to }) => `Call ${sayTarget(to)}`,
	say: ({ to, provider }) =>
		provider === "desktop"
			? `I handed the call to ${to} to your desktop's phone program.`
			: `Your phone will ring, and then you are connected with ${to}.`,
	async resolve(input, { recipients }: CommunicationAdapters, { user }) {
		return { ...input, to: formatTarget(await recipients.phone(user.id, input.to)) };
	},
	async run({ to }, { recipients, phone }: CommunicationAdapters, { user, signal }) {
		const { name, number } = await recipients.phone(user.id, to);
		const provider = await phone.of(user.id);
		return { to: name === "" ? number : name, number, ...(await provider.call(number, signal)) };
	},
});

export const sendSms = defineTool({
	name: "send_sms",
	title: "Send text message",
	description: "Sends an SMS through Twilio, or opens the desktop's phone link with number and text for you to send.",
	effect: "outbound",
	input: z.object({ to: personField, message: slot("text", z.string().trim().min(1).max(1_600)) }),
	output: placedOutput,
	voice: {
		en: {
			sentences: [
				"(send|write) [a|an] (sms|text|text message) to {to} (saying|that says|and say|that) {message}",
				"(send|write) {to} [a|an] (sms|text|text message) (saying|that says|and say|that) {message}",
				"(send|write) [a|an] (sms|text|text message) to {to}",
				"(send|write) {to} [a|an] (sms|text message)",
				"text {to} (saying|that says|and say|that) {message}",
				"text {to!} {message!}",
				"(send|write) [a|an] (sms|text|text message) to {to!} {message!}",
				"message {to} (saying|that says|and say|that) {message}",
				"text {to}",
				"(send|write) [a|an] (sms|text message)",
			],
			examples: ["text my wife that I will be late"],
			followUps: [
				{ text: "[no] [not that one] [send it|write] to {to} [instead]" },
				{ text: "(no|sorry|no sorry) [i] (mean|meant|said) [to] {to}" },
				{ text: "[no] (make it say|change it to|change the (message|text|body) to|say) {message} [instead]" },
			],
			ask: { to: "To whom?", message: "What should the message say?" },
		},
	},
	timeoutMs: 45_000,
	summary: ({ to, message }) => `Send ${sayTarget(to)} the text message: "${gist(message)}"`,
	say: ({ to, provider }) =>
		provider === "desktop"
			? `The text message to ${to} is ready in your desktop's phone program.`
			: `The text message to ${to} is on its way.`,
	async resolve(input, { recipients }: CommunicationAdapters, { user }) {
		return { ...input, to: formatTarget(await recipients.phone(user.id, input.to)) };
	},
	async run({ to, message }, { recipients, phone }: CommunicationAdapters, { user, signal }) {
		const { name, number } = await recipients.phone(user.id, to);
		const provider = await phone.of(user.id);
		return { to: name === "" ? number : name, number, ...(await provider.sms(number, message, signal)) };
	},
});

export const connectPhone = defineTool({
	name: "connect_phone",
	title: "Connect phone",
	description:
		"Connects a Twilio account for calls and text messages. It is tried before it is kept; the token goes into the system's keychain or an encrypted file.",
	effect: "write",
	idempotent: true,
	input: z.object({
		account_sid: twilioAccountSchema.shape.accountSid,
		auth_token: twilioAccountSchema.shape.authToken.optional().describe("Type it on the page; it is never said aloud"),
		from: twilioAccountSchema.shape.from.describe("Your number at Twilio"),
		own_number: twilioAccountSchema.shape.ownNumber.describe("Your own phone, which rings first in a call"),
	}),
	output: z.object({ provider: z.literal("twilio"), from: z.string() }),
	voice: {
		en: {
			sentences: ["(connect|set up) [my|a|the] (phone|telephone|twilio) [account]"],
			ask: { account_sid: "Please type the account on the page.", from: "Please type the number on the page." },
		},
	},
	summary: ({ from }) => `Connect the Twilio number ${from}`,
	say: () => "Your Twilio account is connected.",
	async run({ account_sid, auth_token, from, own_number }, { phone }: CommunicationAdapters, { user, signal }) {
		if (auth_token === undefined) {
			throw new AiosError("bad_request", "A Twilio account needs its auth token.", {
				spoken: "Please type the token on the page. I never take secrets by voice.",
				fix: "Fill in the form of connect_phone.",
			});
		}
		const account = { accountSid: account_sid, authToken: auth_token, from };
		await phone.connect(user.id, own_number === undefined ? account : { ...account, ownNumber: own_number }, signal);
		return { provider: "twilio" as const, from };
	},
});

export const disconnectPhone = defineTool({
	name: "disconnect_phone",
	title: "Disconnect phone",
	description: "Forgets the Twilio account and its token.",
	effect: "destructive",
	input: z.object({}),
	output: z.object({ disconnected: z.boolean().describe("False: none was connected") }),
	voice: { en: { sentences: ["(disconnect|forget|remove) [my|the] (phone|twilio) [account]"] } },
	summary: () => "Forget the Twilio account",
	say: ({ disconnected }) => (disconnected ? "I forgot the Twilio account." : "No Twilio account was connected."),
	async run(_input, { phone }: CommunicationAdapters, { user }) {
		return { disconnected: await phone.disconnect(user.id) };
	},
});
