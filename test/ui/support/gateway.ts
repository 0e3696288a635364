import { join } from "node:path";
import { Server as Engine } from "@socket.io/bun-engine";
import { Server, type Socket } from "socket.io";
import type { Reply, ServerEvent, ServerEventName, SystemStatus } from "../../../core/contract/index.ts";

/** The policy the page must work under: nothing but files of its own origin, and pictures in data addresses. */
const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"font-src 'self'",
	"img-src 'self' data:",
	"connect-src 'self'",
	"worker-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
].join("; ");

export type Emit = <Name extends ServerEventName>(name: Name, payload: ServerEvent<Name>) => void;

export interface ScriptedGateway {
	readonly url: string;
	/** What the page sent, in order; sound is counted, not kept. */
	readonly received: { name: string; payload: unknown }[];
	soundBytes(): number;
	/** Resolves once the page has sent this event `count` times. */
	sent(name: string, count?: number): Promise<unknown>;
	emit: Emit;
	/** Answers every typed command from now on. */
	onCommand(answer: (text: string, emit: Emit) => Promise<Reply> | Reply): void;
	onConfirm(answer: (id: string, approve: boolean) => Reply): void;
	/** Lets so many turns be in the history. */
	remember(turns: number): void;
	refuseTokens(refuse: boolean): void;
	tokenRequests(): unknown[];
	/** Vanishes as a killed process does; `start` comes back on the same port. */
	stop(): Promise<void>;
	start(): Promise<void>;
}

/** A gateway that speaks wire.md to the page and does what a test says: it stands in where timing must be exact. */
export async function startGateway(page: string): Promise<ScriptedGateway> {
	const received: { name: string; payload: unknown }[] = [];
	const tokens: unknown[] = [];
	const sockets = new Set<Socket>();
	let applications = [{ id: "a1", name: "An MCP client", resource: "/mcp/python", scopes: ["read", "write"] }];
	let bytes = 0;
	let past = 0;
	let password = "right";
	let refuse = false;
	let port = 0;
	let server: ReturnType<typeof Bun.serve> | undefined;
	let io: Server | undefined;
	let command: (text: string, emit: Emit) => Promise<Reply> | Reply = (text) => reply({ reply: `You typed ${text}.` });
	let confirm: (id: string, approve: boolean) => Reply = () => reply({});

	const emit: Emit = (name, payload) => {
		for (const socket of sockets) socket.emit(name, payload);
	};

	function wire(socket: Socket) {
		sockets.add(socket);
		socket.on("disconnect", () => sockets.delete(socket));
		socket.emit("status", systemStatus);
		socket.onAny((name: string, payload: unknown, answer?: (value: unknown) => void) => {
			if (name === "audio:chunk") {
				bytes += Buffer.isBuffer(payload) ? payload.byteLength : Number.NaN;
				return;
			}
			received.push({ name, payload: typeof payload === "function" ? undefined : payload });
			if (name === "audio:start") answer?.({ ok: true, turn: "spoken" });
			if (name === "command") {
				const { text } = payload as { text: string };
				void Promise.resolve(command(text, emit)).then((value) => answer?.(value));
			}
			if (name === "confirm") {
				const { id, approve } = payload as { id: string; approve: boolean };
				answer?.(confirm(id, approve));
			}
		});
	}

	async function http(request: Request): Promise<Response> {
		const { pathname, searchParams } = new URL(request.url);
		if (pathname === "/token") {
			const asked = (await request.json()) as Record<string, string>;
			tokens.push(asked);
			const good =
				asked.token === "once" ||
				asked.password === password ||
				(asked.grant_type === "refresh_token" && !refuse && hasCookie(request));
			if (!good)
				return Response.json({ title: "Unauthorized", detail: "The name or the password is wrong." }, { status: 401 });
			return Response.json(
				{
					access_token: "access",
					token_type: "bearer",
					expires_in: 600,
					refresh_token: "again",
					user: { id: "1", name: "admin", role: "administrator" },
				},
				{ headers: { "set-cookie": "refresh=again; HttpOnly; SameSite=Strict; Path=/token" } },
			);
		}
		if (pathname === "/servers/notes/sign_in" && request.method === "POST") {
			const mayNot = request.headers.get("authorization") !== "Bearer access";
			if (mayNot) return Response.json({ title: "Unauthorized" }, { status: 401 });
			return Response.json({ address: `http://127.0.0.1:${port}/favicon.svg?state=s1` }, { status: 201 });
		}
		if (pathname === "/tools") return Response.json(tools);
		if (pathname === "/history") return Response.json(historyBefore(Number(searchParams.get("before") ?? past)));
		if (pathname === "/users/admin" && request.method === "PATCH") {
			const change = (await request.json()) as { password: string; current_password?: string };
			if (change.current_password !== password) {
				return Response.json({ detail: "That is not the password you have now." }, { status: 403 });
			}
			password = change.password;
			return Response.json({});
		}
		if (pathname === "/applications") return Response.json({ applications });
		if (pathname === "/applications/a1" && request.method === "DELETE") {
			applications = [];
			return new Response(null, { status: 204 });
		}
		const file = Bun.file(join(page, pathname === "/" ? "index.html" : pathname));
		if (!(await file.exists())) return new Response("not found", { status: 404 });
		return new Response(file, { headers: { "content-security-policy": contentSecurityPolicy } });
	}

	async function start() {
		io = new Server();
		const engine = new Engine({ path: "/socket.io/", maxHttpBufferSize: 1_000_000 });
		io.bind(engine);
		io.use((socket, next) =>
			refuse || socket.handshake.auth.token !== "access" ? next(new Error("unauthenticated")) : next(),
		);
		io.on("connection", wire);
		server = Bun.serve({
			port,
			hostname: "127.0.0.1",
			idleTimeout: 30,
			websocket: engine.handler().websocket,
			fetch: (request, self) =>
				new URL(request.url).pathname === "/socket.io/" ? engine.handleRequest(request, self) : http(request),
		});
		port = server.port ?? 0;
	}

	await start();
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		soundBytes: () => bytes,
		async sent(name, count = 1) {
			for (;;) {
				const found = received.filter((event) => event.name === name);
				if (found.length >= count) return found[count - 1]?.payload;
				await Bun.sleep(20);
			}
		},
		emit,
		onCommand: (answer) => {
			command = answer;
		},
		onConfirm: (answer) => {
			confirm = answer;
		},
		remember: (turns) => {
			past = turns;
		},
		refuseTokens: (value) => {
			refuse = value;
		},
		tokenRequests: () => tokens,
		async stop() {
			sockets.clear();
			await server?.stop(true);
			io = undefined;
		},
		start,
	};
}

function hasCookie(request: Request): boolean {
	return request.headers.get("cookie")?.includes("refresh=again") ?? false;
}

/** A page of 50 as the gateway gives it: newest first, and where the next begins. */
function historyBefore(before: number) {
	const first = Math.max(0, before - 50);
	const page = Array.from({ length: before - first }, (_, i) => {
		const at = before - 1 - i;
		return { turn: `past-${at}`, text: `command ${at}`, status: "done", reply: `answer ${at}`, at: at * 60_000 };
	});
	return { turns: page, next: first === 0 ? null : first };
}

let turns = 0;

/** A reply with everything a reply must have. */
export function reply(fields: Partial<Reply>): Reply {
	turns += 1;
	return {
		turn: `turn-${turns}`,
		status: "done",
		reply: "Done.",
		timings: { understand_ms: 4, dispatch_ms: 11, total_ms: 16 },
		...fields,
	};
}

/** Tone of `seconds` as the 16-bit PCM of a spoken answer. */
export function tone(seconds: number, sampleRate = 22_050): Uint8Array<ArrayBuffer> {
	const pcm = Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) =>
		Math.round(12_000 * Math.sin((2 * Math.PI * 440 * i) / sampleRate)),
	);
	return new Uint8Array(pcm.buffer);
}

function serverStatus(name: string, title: string, tools: number): SystemStatus["servers"][number] {
	return {
		name,
		title,
		type: "built-in",
		status: "healthy",
		tools,
		replicas: [{ url: "http://127.0.0.1", status: "healthy", latency_ms: 2.4 }],
		requirements: [],
	};
}

export const systemStatus: SystemStatus = {
	status: "healthy",
	version: "0.1.0",
	uptime_s: 12,
	servers: [
		serverStatus("main", "Main", 17),
		serverStatus("python", "Python", 6),
		serverStatus("browser", "Browser", 17),
		{
			...serverStatus("communication", "Communication", 12),
			status: "degraded",
			requirements: [
				{ name: "email", ok: false, detail: "No account is set up.", fix: "Add one in the settings file." },
			],
		},
		{ ...serverStatus("ide", "Editor", 11), status: "unhealthy", reason: "Restarting after a crash." },
	],
	voice: { stt: "whisper-tiny.en", tts: "espeak-ng", vad: "silero-v5", listening: false, wake_phrase: "hey computer" },
	load: { cpu: 0.1, memory_bytes: 300_000_000, turns: 0 },
};

const tools = [
	{
		server: "main",
		name: "get_time",
		title: "Get time",
		description: "Tells the time here or elsewhere.",
		effect: "read",
		examples: ["What time is it?", "What time is it in Tokyo?"],
	},
	{
		server: "main",
		name: "set_timer",
		title: "Set timer",
		description: "Rings after a while.",
		effect: "write",
		examples: ["Set a timer for ten minutes"],
	},
	{
		server: "communication",
		name: "send_email",
		title: "Send mail",
		description: "Sends a mail.",
		effect: "outbound",
		examples: ["Send an email to Anna"],
	},
	{
		server: "system",
		name: "delete_path",
		title: "Delete file",
		description: "Deletes a file or a folder.",
		effect: "destructive",
		examples: ["Delete the file notes.txt"],
	},
	{
		server: "browser",
		name: "search",
		title: "Search the web",
		description: "Searches the web.",
		effect: "read",
		examples: ["Search for the weather in Paris"],
	},
];
