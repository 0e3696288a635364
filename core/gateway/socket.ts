import { randomUUID } from "node:crypto";
import { Server as Engine } from "@socket.io/bun-engine";
import { type DefaultEventsMap, Server, type Socket } from "socket.io";
import type { z } from "zod";
import {
	AiosError,
	type ClientEventName,
	type CommandOptions,
	clientEvents,
	type Principal,
	type Reply,
	type SystemStatus,
} from "../contract/index.ts";
import type { VoiceLoop, VoiceSession } from "../voice/index.ts";
import { statusFor } from "./status.ts";
import type { GatewayDeps, Send } from "./types.ts";

interface SocketData {
	user: Principal;
}
type Client = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

/** Largest piece of sound, in bytes: half a minute. */
const chunkLimit = 1_000_000;
/** Largest message taken at all; more ends the connection. Strangers can send it too, so there is little room above a piece. */
export const messageLimit = 2_000_000;
/** How often long connections are checked for credentials that were taken back. */
const recheckMs = 2_000;
/** The status is sent this long after a change, so that many changes at once are one event. */
const gatherMs = 100;
/** How often the status is compared, for what tells of no change itself (a microphone opened). */
const compareMs = 1_000;

export interface SocketGateway {
	engine: Engine;
	send: Send;
	/** To be told of every change of the status. */
	statusChanged(): void;
	close(): Promise<void>;
}

type Deps = Pick<GatewayDeps, "authenticator" | "assistant" | "status" | "permit" | "count" | "clock" | "log"> & {
	/** Made with `send`, which exists only now. */
	voice(send: Send): VoiceLoop;
	/** Somebody connected and can be spoken to. */
	onArrival?(): void;
};

/** The live side of the gateway: one voice session a client, typed commands, and events to the page. */
export function createSocketGateway(deps: Deps): SocketGateway & { voice: VoiceLoop } {
	const { authenticator, assistant, status, permit, count, log } = deps;
	const engine = new Engine({ path: "/socket.io/", maxHttpBufferSize: messageLimit });
	const io = new Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>({ serveClient: false });
	io.bind(engine);

	const send: Send = (name, payload, to) => {
		const room = to?.client ?? (to?.user === undefined ? undefined : userRoom(to.user));
		if (room === undefined) io.emit(name, payload);
		else io.to(room).emit(name, payload);
	};
	const voice = deps.voice(send);

	io.use(async (socket, next) => {
		try {
			const { token } = socket.handshake.auth;
			if (typeof token !== "string") throw new AiosError("unauthenticated", "Sign in first: auth needs a token.");
			socket.data.user = await authenticator.check(token);
			next();
		} catch (thrown) {
			const error = AiosError.from(thrown);
			next(Object.assign(new Error(error.message), { data: error.toJSON() }));
		}
	});
	io.on("connection", (socket) => {
		void socket.join(userRoom(socket.data.user.id));
		const session = voice.open({
			id: socket.id,
			get user() {
				return socket.data.user;
			},
		});
		socket.on("disconnect", () => session.close());
		handle(socket, session);
		tell(socket, status());
		deps.onArrival?.();
	});

	function handle(socket: Client, session: VoiceSession): void {
		const handlers: Handlers = {
			"audio:start": ({ mode, session: conversation }) => {
				admit(socket);
				return { ok: true, ...session.start({ mode, session: conversation }) };
			},
			"audio:chunk": (pcm) => {
				if (pcm.byteLength <= chunkLimit) return session.push(pcm);
				throw new AiosError("too_large", `A piece of sound may have at most ${chunkLimit} bytes.`, {
					fix: "Send it in pieces of 20 ms.",
				});
			},
			"audio:stop": () => session.stop(),
			interrupt: () => session.interrupt(),
			command: async ({ text, session: conversation }) => {
				admit(socket);
				const options = about(socket, randomUUID(), conversation);
				return told(session, await assistant.command({ text }, { ...options, source: "text" }));
			},
			confirm: async ({ id, approve }) => {
				admit(socket);
				return told(session, await assistant.confirm(id, approve, about(socket, randomUUID())));
			},
		};
		socket.onAny(async (name: string, ...received: unknown[]) => {
			const last = received.at(-1);
			const acknowledge = typeof last === "function" ? last : undefined;
			try {
				if (!isClientEvent(name)) throw new AiosError("bad_request", `There is no event ${name.slice(0, 100)}.`);
				const payload = typeof received[0] === "function" ? undefined : received[0];
				const answer = await take(handlers, name, payload);
				acknowledge?.(answer ?? { ok: true });
			} catch (thrown) {
				const error = AiosError.from(thrown);
				if (error.code === "internal")
					log.error("a socket event failed", { name, error: error.message, stack: error.stack });
				const { code, message, fix } = error.toJSON();
				if (acknowledge) acknowledge({ ok: false, error: { code, message, fix } });
				else socket.emit("error", { code, message, fix });
			}
		});
	}

	function about(socket: Client, turn: string, session = "default"): Omit<CommandOptions, "source"> {
		return {
			user: socket.data.user,
			session,
			turn,
			// A page that reloads must not stop what it started; deadlines bound it.
			signal: new AbortController().signal,
			onIntent: (intent) => send("intent", { turn, ...intent }, { client: socket.id }),
			progress: (update) => send("command:progress", { turn, ...update }, { client: socket.id }),
		};
	}

	/** Brings the person up to date and counts the call. Throws `unauthenticated`, `rate_limited`. */
	function admit(socket: Client): void {
		if (!renew(socket)) throw new AiosError("unauthenticated", "This sign-in has ended.");
		count(socket.data.user);
	}

	/** What a person may do counts as it is now; whoever was shut out is disconnected. */
	function renew(socket: Client): boolean {
		const user = authenticator.renew(socket.data.user);
		if (user === undefined) socket.disconnect(true);
		else socket.data.user = user;
		return user !== undefined;
	}

	function recheck(): void {
		for (const socket of io.sockets.sockets.values()) renew(socket);
	}

	function tell(socket: Client, now: SystemStatus): void {
		socket.emit("status", statusFor(now, socket.data.user, permit));
	}

	let lastStatus = "";
	let gathering: ReturnType<typeof setTimeout> | undefined;
	function compare(): void {
		gathering = undefined;
		const now = status();
		const { uptime_s: _, load: __, ...lasting } = now;
		const text = JSON.stringify(lasting, (key, value) => (key === "latency_ms" ? undefined : value));
		if (text === lastStatus) return;
		lastStatus = text;
		for (const socket of io.sockets.sockets.values()) tell(socket, now);
	}
	const timers = [setInterval(recheck, recheckMs), setInterval(compare, compareMs)];

	return {
		engine,
		send,
		voice,
		statusChanged() {
			gathering ??= setTimeout(compare, gatherMs);
		},
		async close() {
			for (const timer of timers) clearInterval(timer);
			clearTimeout(gathering);
			voice.close();
			io.disconnectSockets(true);
			await io.close();
		},
	};
}

/** A question that was asked in writing may be answered aloud. */
function told(session: VoiceSession, reply: Reply): Reply {
	session.expect(reply);
	return reply;
}

type Payload<N extends ClientEventName> = z.output<(typeof clientEvents)[N]>;
type Handlers = { [N in ClientEventName]: (payload: Payload<N>) => unknown };

function isClientEvent(name: string): name is ClientEventName {
	return Object.hasOwn(clientEvents, name);
}

/** Checks a payload against its event and hands it on. Throws `bad_request`. */
function take<N extends ClientEventName>(handlers: Handlers, name: N, payload: unknown): unknown {
	const schema: { [K in ClientEventName]: z.ZodType<Payload<K>> } = clientEvents;
	const parsed = schema[name].safeParse(asBytes(payload));
	if (parsed.success) return handlers[name](parsed.data);
	const problem = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`.trim()).join("; ");
	throw new AiosError("bad_request", `${name}: ${problem}.`);
}

function asBytes(payload: unknown): unknown {
	return payload instanceof ArrayBuffer ? new Uint8Array(payload) : payload;
}

function userRoom(id: string): string {
	return `user:${id}`;
}
