import { io, type Socket } from "socket.io-client";
import { z } from "zod";
import {
	type ClientEventName,
	type clientEvents,
	type Reply,
	replySchema,
	type ServerEvent,
	type ServerEventName,
	serverEvents,
} from "../../../core/contract/index.ts";

/** The server answered, and said no. */
export class Refused extends Error {
	override readonly name = "Refused";
	readonly code: string;
	readonly fix: string | undefined;

	constructor({ code, message, fix }: { code: string; message: string; fix?: string }) {
		super(message);
		this.code = code;
		this.fix = fix;
	}
}

export type ServerListener = <Name extends ServerEventName>(name: Name, payload: ServerEvent<Name>) => void;

export interface ConnectionDeps {
	/** The access token of now; asked for at each attempt to connect. */
	token(): string | undefined;
	/** Gets a new access token after the server refused the old one; false where the person must sign in again. */
	renew(): Promise<boolean>;
	onState(state: "online" | "offline"): void;
	onEvent: ServerListener;
}

export interface Connection {
	readonly online: boolean;
	send(name: "audio:stop" | "interrupt"): void;
	/** Sent only while connected: sound that is late is of no use. */
	sendSound(pcm: ArrayBuffer): void;
	/** Asks for the microphone's turn. Rejects with Refused, or after a drop or ten seconds. */
	startAudio(payload: z.input<(typeof clientEvents)["audio:start"]>): Promise<void>;
	/** Rejects with Refused, or when the connection drops before the answer. */
	command(text: string, session: string): Promise<Reply>;
	confirm(id: string, approve: boolean): Promise<Reply>;
	close(): void;
}

/** What the gateway acknowledges an event with that it refused. */
const refusal = z.object({
	ok: z.literal(false),
	error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }),
});

/** Longest a reply may take: the longest deadline a tool may have, and some. */
const replyTimeoutMs = 10 * 60_000;
const startTimeoutMs = 10_000;

/** Holds the Socket.IO connection to the page's own origin, and reconnects by itself for as long as it is open. */
export function connect({ token, renew, onState, onEvent }: ConnectionDeps): Connection {
	const socket: Socket = io({
		auth: (give) => give({ token: token() }),
		transports: ["websocket", "polling"],
		reconnectionDelay: 300,
		reconnectionDelayMax: 4_000,
	});
	let closed = false;
	let retry: ReturnType<typeof setTimeout> | undefined;

	async function renewAndRetry() {
		const signedIn = await renew().catch(() => true);
		clearTimeout(retry);
		if (signedIn && !closed) retry = setTimeout(() => socket.connect(), 500);
	}

	socket.on("connect", () => onState("online"));
	socket.on("disconnect", (reason) => {
		onState("offline");
		if (reason === "io server disconnect" && !closed) void renewAndRetry();
	});
	socket.on("connect_error", () => {
		onState("offline");
		// An inactive socket was refused by the server itself, most likely for its token; Socket.IO does not retry that.
		if (!socket.active && !closed) void renewAndRetry();
	});
	socket.onAny((name: string, payload: unknown) => {
		if (!isServerEvent(name)) return;
		const parsed = serverEvents[name].safeParse(withBytes(payload));
		if (parsed.success) onEvent(name, parsed.data as ServerEvent<typeof name>);
		else console.warn(`ignored a malformed ${name} event`, parsed.error.issues);
	});

	async function ask(timeoutMs: number, name: ClientEventName, payload: unknown): Promise<unknown> {
		if (!socket.connected) throw new Error("not connected");
		const answer: unknown = await socket.timeout(timeoutMs).emitWithAck(name, payload);
		const refused = refusal.safeParse(answer);
		if (refused.success) throw new Refused(refused.data.error);
		return answer;
	}

	return {
		get online() {
			return socket.connected;
		},
		send(name) {
			if (socket.connected) socket.emit(name);
		},
		sendSound(pcm) {
			if (socket.connected) socket.emit("audio:chunk", pcm);
		},
		async startAudio(payload) {
			await ask(startTimeoutMs, "audio:start", payload);
		},
		async command(text, session) {
			return replySchema.parse(await ask(replyTimeoutMs, "command", { text, session }));
		},
		async confirm(id, approve) {
			return replySchema.parse(await ask(replyTimeoutMs, "confirm", { id, approve }));
		},
		close() {
			closed = true;
			clearTimeout(retry);
			socket.disconnect();
		},
	};
}

function isServerEvent(name: string): name is ServerEventName {
	return Object.hasOwn(serverEvents, name);
}

/** Browsers hand binary over as ArrayBuffer; the contract speaks of Uint8Array. */
function withBytes(payload: unknown): unknown {
	if (typeof payload !== "object" || payload === null || !("pcm" in payload)) return payload;
	return payload.pcm instanceof ArrayBuffer ? { ...payload, pcm: new Uint8Array(payload.pcm) } : payload;
}
