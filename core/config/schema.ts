import { homedir } from "node:os";
import { z } from "zod";
import { tracesSchema, upstreamClientSchema } from "../contract/index.ts";

const port = z.number().int().min(0).max(65_535);
/** A text that may be left out. */
const absent = z.string().min(1).optional();

/** How the assistant listens and talks. Times are milliseconds. */
const voiceSchema = z.strictObject({
	/** Words that wake it in hands-free mode, matched by sound; "" where everything said is meant for it. */
	wakePhrase: z.string().max(60).default("hey computer"),
	/** A voice's id; the best one present when absent. */
	ttsVoice: absent,
	/** Speed of the answers; 1 is the voice's own. */
	ttsSpeed: z.number().min(0.5).max(2).default(1),
	/** How long after an answer it listens on without the wake phrase. */
	followUpMs: z.number().int().min(0).max(60_000).default(8_000),
});

const authSchema = z.strictObject({
	/** Lifetime of an access token. */
	accessTokenMinutes: z.number().int().min(1).max(1_440).default(30),
	/** Days without use after which a sign-in ends. */
	sessionDays: z.number().int().min(1).max(365).default(30),
	/** Minutes in which a confirmation must be given. */
	confirmationMinutes: z.number().int().min(1).max(60).default(2),
	/**
	 * Calls a minute for one key or sign-in, all of them at once if need be; all of a person together have four times as
	 * many. More than people, pages and busy clients make, and less than a program that ran wild.
	 */
	callsPerMinute: z.number().int().min(1).default(3_000),
	/** Further host names this machine is reached by. */
	hosts: z.array(z.string().min(1)).default([]),
	/** Whole addresses a proxy or a forwarded port makes of it, without a path: `https://aios.example.net`. */
	origins: z
		.array(z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, "expected no path and no /"))
		.default([]),
});

/** How much of the past is kept. */
const recordsSchema = z.strictObject({
	/** Days after which turns are forgotten. */
	historyDays: z.number().int().min(1).max(36_500).default(365),
	/** Days after which rows of the audit log go to a file in `audit/` of the data folder. */
	auditDays: z.number().int().min(1).max(36_500).default(730),
	/** Rows of the audit log kept in the database; older ones go to a file. */
	auditEntries: z.number().int().min(1_000).max(100_000_000).default(1_000_000),
});

const upstreamSchema = z.strictObject({
	/** Clients that were arranged at the authorization servers of registered servers, by server. */
	clients: z.record(z.string(), upstreamClientSchema).default({}),
	/** Public https address of `/servers/sign_in/client.json`, for authorization servers that read it. */
	clientMetadataUrl: z
		.url({ protocol: /^https$/ })
		.refine((url) => new URL(url).pathname !== "/", { error: "expected a path" })
		.optional(),
});

/** Copies of a server: kept always, and at most where calls pile up. */
const copiesSchema = (usualMax: number) =>
	z
		.strictObject({
			min: z.number().int().min(1).max(16).default(1),
			max: z.number().int().min(1).max(16).default(usualMax),
		})
		.refine(({ min, max }) => min <= max, { error: "expected max to be no less than min", path: ["max"] })
		.prefault({});

/**
 * Servers of which copies work side by side: their tools say what stays with one of them (Tool.stateful). A second one
 * made searching files 1.4 to 1.7 times faster on 2 cores; what waits for GitHub gains nothing from it.
 */
const replicasSchema = z.strictObject({ system: copiesSchema(2), ide: copiesSchema(2), github: copiesSchema(1) });

/** Every setting there is. Each also has an environment variable: `voice.wakePhrase` is `AIOS_VOICE_WAKE_PHRASE`. */
export const settingsSchema = z.strictObject({
	host: z.string().min(1).default("127.0.0.1"),
	/** Port of the main server; 0 picks a free one. */
	port: port.default(9_000),
	/** First of the seven ports of the other servers; 0 picks free ones. */
	serverPorts: port.max(65_529).default(8_000),
	/** Folders to find models in before any download. */
	modelsDir: z.array(z.string().min(1)).default([]),
	/** Folders below which tools may reach files; the first is where relative paths begin. */
	folders: z
		.array(z.string().min(1))
		.min(1)
		.default(() => [homedir()]),
	/** Password of the user `admin`, set at first start. */
	adminPassword: z.string().min(8).max(1_000).optional(),
	/** A recogniser of the model catalogue, or `auto`. */
	sttModel: z.string().min(1).default("auto"),
	/** Never download. */
	offline: z.boolean().default(false),
	/** An OpenAI-compatible endpoint. */
	llmUrl: z.url().optional(),
	llmModel: absent,
	llmKey: absent,
	databaseUrl: absent,
	redisUrl: absent,
	logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
	voice: voiceSchema.prefault({}),
	auth: authSchema.prefault({}),
	records: recordsSchema.prefault({}),
	/** How it signs in at servers of others that are registered with it. */
	upstream: upstreamSchema.prefault({}),
	/** Also set by OpenTelemetry's own variables: see opentelemetry.ts. */
	traces: tracesSchema.prefault({}),
	replicas: replicasSchema.prefault({}),
	/** One section a server, checked against the `settings` of its definition. */
	servers: z.record(z.string(), z.unknown()).default({}),
});

/** Settings whose values are never shown. */
export const secretKeys: ReadonlySet<string> = new Set([
	"adminPassword",
	"llmKey",
	"databaseUrl",
	"redisUrl",
	"traces.headers",
]);

export type Settings = z.output<typeof settingsSchema>;

/** All settings of one start, checked; `dataDir` is where everything that lasts is kept. */
export interface Config extends Settings {
	dataDir: string;
}
