import { z } from "zod";

const oauthProvider = z.strictObject({
	/** Client id of the application registered with the provider; AIOS brings none of its own. */
	clientId: z.string().min(1),
	clientSecret: z.string().min(1).optional(),
	/** Endpoints and scope; known for `google` and `microsoft`. */
	tokenUrl: z.url().optional(),
	authorizeUrl: z.url().optional(),
	deviceUrl: z.url().optional(),
	scope: z.string().min(1).optional(),
});

/** Settings of the communication server. */
export const communicationSettings = z.strictObject({
	mail: z
		.strictObject({
			/** PEM files of certificate authorities trusted besides the system's own (a company's mail server). */
			certificates: z.array(z.string().min(1)).default([]),
			/** Milliseconds a mail server has to answer. */
			timeoutMs: z.number().int().min(500).max(120_000).default(15_000),
			/** Looks for an unknown provider's settings in DNS and at its autoconfig address. */
			discover: z.boolean().default(true),
			/** Sign-in providers by name: `google`, `microsoft` or one's own. */
			oauth: z.record(z.string(), oauthProvider).default({}),
		})
		.prefault({}),
	whatsapp: z
		.strictObject({
			/** Path of Chrome or Chromium, where it is not found by itself. */
			browser: z.string().min(1).optional(),
			/** Pins WhatsApp Web to one version kept in a local folder. */
			webVersion: z.strictObject({ version: z.string().min(1), folder: z.string().min(1) }).optional(),
		})
		.prefault({}),
	phone: z
		.strictObject({
			/** `auto` takes Twilio where it is connected, else the desktop's own phone link. */
			provider: z.enum(["auto", "twilio", "desktop"]).default("auto"),
			/** Address of Twilio's REST interface. */
			twilioUrl: z.url().default("https://api.twilio.com"),
			/** Put in front of numbers written without a country, "+49". */
			countryCode: z
				.string()
				.regex(/^\+[1-9]\d{0,3}$/)
				.optional(),
		})
		.prefault({}),
	/** Where passwords are kept: `auto` takes the system's keychain where one answers. */
	credentials: z.enum(["auto", "file"]).default("auto"),
});

export type CommunicationSettings = z.output<typeof communicationSettings>;
