import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../core/config/index.ts";
import {
	AiosError,
	type CallContext,
	type CatalogueTool,
	type Clock,
	type Logger,
	type SystemStatus,
	silentLogger,
	systemClock,
	type ToolCall,
	type Understanding,
} from "../../../core/contract/index.ts";
import { createGateway, createMetrics, createStatus, openDoors, openRecords } from "../../../core/gateway/index.ts";
import type { Reach } from "../../../core/gateway/oauth/index.ts";
import {
	createAssistant,
	createConfirmations,
	createConversations,
	createPolicy,
	type Orchestrator,
} from "../../../core/orchestrator/index.ts";
import { confirmations, openStore } from "../../../core/store/index.ts";
import { permit } from "../../../core/surface/index.ts";

const tool = (server: string, name: string, effect: CatalogueTool["effect"]): CatalogueTool => ({
	server,
	name,
	title: name,
	description: name,
	effect,
	role: effect === "read" ? "guest" : "user",
	idempotent: effect === "read",
	input: { type: "object", properties: {} },
	output: { type: "object", properties: {} },
	timeoutMs: 1_000,
});

const catalogue = [
	tool("main", "get_time", "read"),
	{ ...tool("main", "set_timer", "write"), harmless: true },
	tool("files", "write_note", "write"),
	{ ...tool("files", "read_note", "read"), resolves: true },
	tool("files", "delete_path", "destructive"),
	tool("mail", "send_email", "outbound"),
	{ ...tool("mail", "read_inbox", "read"), outside: true },
	tool("mail", "search", "read"),
	tool("files", "search", "read"),
];

/** Words the test understander knows, each one call; "remind me" asks back. */
const sentences: Record<string, [string, string, Record<string, unknown>]> = {
	"what time is it": ["main", "get_time", {}],
	"set a timer": ["main", "set_timer", {}],
	"read my note": ["files", "read_note", { path: "note" }],
	"write a note": ["files", "write_note", { text: "hello" }],
	"delete everything": ["files", "delete_path", { path: "/home/a" }],
	"send it to bob": ["mail", "send_email", { to: "bob@example.org", password: "hunter2" }],
	"read my mail": ["mail", "read_inbox", {}],
};

const password = "correct horse";

/** A gateway on a free port with everything real but the tools, the understanding and the voice. */
export async function startApp(
	options: {
		clock?: Clock;
		env?: Record<string, string>;
		orchestrator?: Orchestrator;
		log?: Logger;
		reach?: Reach;
		pageDir?: string;
		idleSeconds?: number;
		/** Servers as the status shows them. */
		servers?: SystemStatus["servers"];
	} = {},
) {
	const clock = options.clock ?? systemClock;
	const dataDir = mkdtempSync(join(tmpdir(), "aios-gateway-"));
	const config = await loadConfig({
		env: { AIOS_DATA_DIR: dataDir, AIOS_PORT: "0", AIOS_ADMIN_PASSWORD: password, ...options.env },
	});
	const store = openStore({ path: join(dataDir, "aios.db") });
	const doors = await openDoors({ config, store, clock });
	const calls: (ToolCall & { user: string })[] = [];
	const conversations = createConversations(clock);
	const log = options.log ?? silentLogger;
	const metrics = createMetrics();
	const archive = join(dataDir, "audit");
	const records = openRecords({ store, settings: config.records, archive, clock, log, onTurn: metrics.turn });
	const { recorder, flush, keepAudit } = records;
	const dispatcher = {
		async call(call: ToolCall, { user }: CallContext) {
			calls.push({ ...call, user: user.name });
			return {
				server: call.server ?? "",
				tool: call.tool,
				output: call.resolve ? { path: `/home/${call.arguments.path}.txt` } : { ok: true },
				say: `Did ${call.tool}.`,
				attachments: [],
			};
		},
	};
	const missing = async () => Promise.reject(new AiosError("not_found", "There is no such plugin."));
	const orchestrator = {
		catalogue: () => catalogue,
		servers: () =>
			[...new Set(catalogue.map(({ server }) => server))].map((name) => ({
				name,
				title: name,
				type: "test",
				status: "healthy" as const,
				tools: 0,
				replicas: [],
				requirements: [],
			})),
		register: async ({ name, url }: { name: string; url: string }) => ({
			name,
			url,
			type: "mcp",
			status: "healthy" as const,
			tools: [],
		}),
		unregister: async () => {},
		heldBack: () => [],
		approve: async () => {},
		registered: () => [],
		mcp: async () => undefined,
		signIns: { begin: missing, open: () => ({ address: "", browser: "" }), finish: missing, end: missing },
		onChange: () => () => {},
	};
	const assistant = createAssistant({
		dispatcher,
		...orchestrator,
		understander: { load() {}, understand: async (text, { pending }) => understand(text, pending) },
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({ store: confirmations(store), clock, lifetimeMs: 120_000 }),
		recorder,
		conversations,
		summarise: async ({ title }, input) => `${title} ${JSON.stringify(input)}`,
		clock,
		log,
	});
	const status = createStatus({
		version: "0",
		servers: () => options.servers ?? [],
		missing: records.missing,
		speech: () => undefined,
		listening: () => false,
		wakePhrase: "",
		turns: metrics.turns,
		essential: [],
	});
	const heard: Uint8Array[] = [];
	const gateway = createGateway({
		...doors,
		host: "127.0.0.1",
		port: config.port,
		idleSeconds: options.idleSeconds,
		version: "0",
		permit,
		assistant,
		orchestrator: options.orchestrator ?? {
			...orchestrator,
			plugins: { list: async () => [], enable: missing, disable: missing },
		},
		store,
		status: status.read,
		health: status.health,
		metrics,
		pageDir: options.pageDir ?? join(dataDir, "page"),
		...(options.reach === undefined ? {} : { reach: options.reach }),
		sessionSeconds: config.auth.sessionDays * 86_400,
		flush,
		keepAudit,
		clock,
		log,
		voice: () => ({
			open: () => ({
				start: () => ({ turn: "t1" }),
				push: (pcm) => void heard.push(pcm),
				stop() {},
				interrupt() {},
				speak() {},
				announce() {},
				expect() {},
				close() {},
			}),
			announce: () => 0,
			status: () => ({ sessions: 0, listening: 0 }),
			close() {},
		}),
	});
	const url = `http://127.0.0.1:${gateway.port}`;

	async function send(path: string, init: RequestInit & { json?: unknown; as?: string; key?: string } = {}) {
		const { json, as, key, ...rest } = init;
		const response = await fetch(url + path, {
			...rest,
			...(json === undefined ? {} : { method: rest.method ?? "POST", body: JSON.stringify(json) }),
			headers: {
				...(json === undefined ? {} : { "content-type": "application/json" }),
				...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
				...(key === undefined ? {} : { "x-api-key": key }),
				...(rest.headers as Record<string, string>),
			},
		});
		const text = await response.text();
		// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is what it checks
		const body: any = text.startsWith("{") ? JSON.parse(text) : text;
		return { status: response.status, body, headers: response.headers };
	}
	const signIn = async (username = "admin", secret = password): Promise<string> =>
		(await send("/token", { json: { username, password: secret } })).body.access_token;
	const admin = await signIn();

	return {
		url,
		dataDir,
		store,
		records,
		doors,
		assistant,
		gateway,
		calls,
		heard,
		send,
		signIn,
		admin,
		/** Makes a user and gives their token. */
		async person(name: string, role: string): Promise<string> {
			await send("/users", { json: { name, password, role }, as: await signIn() });
			return signIn(name);
		},
		async stop() {
			await gateway.close();
			records.close();
			flush();
			store.close();
			rmSync(dataDir, { recursive: true, force: true });
		},
	};
}

type Question = Extract<Understanding, { kind: "ask" }>;

function understand(text: string, pending: Question | undefined): Understanding {
	if (pending !== undefined && sentences[text] === undefined) {
		const { server, tool: name, slot } = pending;
		return { kind: "call", server, tool: name, arguments: { [slot]: text }, confidence: 0.9 };
	}
	if (text === "remind me") {
		return {
			kind: "ask",
			server: "main",
			tool: "set_timer",
			arguments: {},
			slot: "duration",
			question: "For how long?",
			confidence: 0.8,
		};
	}
	const known = sentences[text];
	if (known === undefined) return { kind: "unknown" };
	const [server, name, input] = known;
	return { kind: "call", server, tool: name, arguments: input, confidence: 1 };
}

/** A clock that a test moves by hand. */
export function handClock(start = Date.now()) {
	let now = start;
	const clock: Clock = { now: () => new Date(now), after: systemClock.after };
	return {
		clock,
		pass(ms: number) {
			now += ms;
		},
	};
}

export const adminPassword = password;
