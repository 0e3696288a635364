import { toBuffer } from "qrcode";
import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import type { CommunicationAdapters, WhatsAppStatus } from "../adapters/index.ts";

const statusOutput = z.object({
	state: z.enum(["off", "starting", "scan", "connecting", "ready", "failed"]),
	reason: z.string().optional(),
	number: z.string().optional().describe("Your own number, once linked"),
	name: z.string().optional(),
	code: z.object({ mimeType: z.string(), data: z.string() }).optional().describe("The code to scan, as a picture"),
});
type Status = z.output<typeof statusOutput>;

/** Pixels of one module of the code: large enough for a phone's camera. */
const scale = 6;

async function shown({ qr, ...status }: WhatsAppStatus): Promise<Status> {
	if (qr === undefined) return status;
	const picture = await toBuffer(qr, { type: "png", scale, margin: 3, errorCorrectionLevel: "M" });
	return { ...status, code: { mimeType: "image/png", data: picture.toString("base64") } };
}

function sayStatus({ state, name, reason }: Status): string {
	if (state === "ready") return `WhatsApp is connected${name === undefined ? "" : ` as ${name}`}.`;
	if (state === "scan") return "Scan the code on the page with WhatsApp on your phone, under linked devices.";
	if (state === "failed") return `WhatsApp could not be started. ${reason ?? ""}`.trim();
	if (state === "off") return reason === undefined ? "WhatsApp is not running." : `WhatsApp is not running. ${reason}`;
	return "WhatsApp is still connecting.";
}

const pictureOf = ({ code }: Status) => (code === undefined ? [] : [{ ...code, name: "whatsapp-code.png" }]);

export const connectWhatsapp = defineTool({
	name: "connect_whatsapp",
	title: "Connect WhatsApp",
	description: "Starts WhatsApp; where the phone is not linked yet, shows the code it has to scan.",
	effect: "write",
	idempotent: true,
	input: z.object({}),
	output: statusOutput,
	voice: {
		en: {
			sentences: ["(connect|start|link|set up|open) [my|to] whatsapp", "(link|connect) whatsapp (to|with) my phone"],
			examples: ["I want to use whatsapp here"],
		},
	},
	timeoutMs: 55_000,
	say: sayStatus,
	attachments: pictureOf,
	run: async (_input, { whatsapp }: CommunicationAdapters, { user, signal, progress }) => {
		progress({ progress: 0, message: "Starting WhatsApp" });
		return shown(await whatsapp.connect(user.id, signal));
	},
});

export const whatsappStatus = defineTool({
	name: "whatsapp_status",
	title: "WhatsApp status",
	description: "Whether WhatsApp is connected, and the code to scan while it waits for the phone.",
	effect: "read",
	role: "user",
	input: z.object({}),
	output: statusOutput,
	voice: {
		en: {
			sentences: [
				"is whatsapp (connected|linked|ready|running)",
				"(what is|what's) the (state|status) of whatsapp",
				"whatsapp (state|status)",
			],
		},
	},
	say: sayStatus,
	attachments: pictureOf,
	run: (_input, { whatsapp }: CommunicationAdapters, { user }) => shown(whatsapp.status(user.id)),
});

export const disconnectWhatsapp = defineTool({
	name: "disconnect_whatsapp",
	title: "Disconnect WhatsApp",
	description: "Unlinks WhatsApp from the phone and forgets its session here.",
	effect: "destructive",
	input: z.object({}),
	output: z.object({ state: z.literal("off") }),
	voice: { en: { sentences: ["(disconnect|unlink|log out of|sign out of) [my|from] whatsapp"] } },
	timeoutMs: 45_000,
	summary: () => "Unlink WhatsApp from your phone",
	say: () => "WhatsApp is unlinked.",
	async run(_input, { whatsapp }: CommunicationAdapters, { user }) {
		await whatsapp.disconnect(user.id);
		return { state: "off" as const };
	},
});
