import { OpenAPIHono } from "@hono/zod-openapi";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
	AiosError,
	type Assistant,
	type Principal,
	type Reply,
	silentLogger,
	systemClock,
} from "../../../core/contract/index.ts";
import { createMcpGateway, mountMcp } from "../../../core/gateway/mcp/index.ts";
import type { Orchestrator } from "../../../core/orchestrator/index.ts";
import { guard, loopbackHosts, permit, problemResponse } from "../../../core/surface/index.ts";
import { admin, guest } from "../../fixtures/people.ts";

/** A person whose every destructive call is asked about first. */
export const careful: Principal = { ...admin, id: "u4", name: "Cora", ask: ["*:*:destructive"] };
/** A person with rights at another server only. */
const stranger: Principal = { ...admin, id: "u5", name: "Sam", permissions: ["kit:*:*"] };
const people: Record<string, Principal> = { admin, guest, careful, stranger };

type Options = Parameters<Assistant["confirm"]>[2];

/** Dispatches direct calls, and asks first where the caller is set to be asked about `wipe`. */
function directAssistant(orchestrator: Orchestrator): Assistant {
	const timings = { understand_ms: 0, dispatch_ms: 0, total_ms: 0 };
	const pending = new Map<string, { owner: string; run(options: Options): Promise<Reply> }>();
	const assistant: Assistant = {
		async command(input, options) {
			if ("text" in input) throw new Error("only direct calls come by MCP");
			const run = async (context: Options): Promise<Reply> => {
				try {
					const { say, output, attachments } = await orchestrator.dispatcher.call(input, context);
					return { turn: "t", status: "done", reply: say, result: output, attachments, timings };
				} catch (thrown) {
					const { code, message, spoken, fix } = AiosError.from(thrown);
					return { turn: "t", status: "failed", reply: spoken, error: { code, message, fix }, timings };
				}
			};
			if (input.tool !== "wipe" || options.user.ask === undefined) return run(options);
			const id = crypto.randomUUID();
			pending.set(id, { owner: options.user.id, run });
			const confirmation = { id, summary: "Wipe the counter?", expires_at: new Date().toISOString() };
			return { turn: "t", status: "confirm", reply: "Wipe the counter?", confirmation, timings };
		},
		async confirm(id, approve, options) {
			const found = pending.get(id);
			pending.delete(id);
			if (found?.owner !== options.user.id || !approve) {
				return {
					turn: "t",
					status: "failed",
					reply: "Not done.",
					error: { code: "cancelled", message: "Not done." },
					timings,
				};
			}
			return found.run(options);
		},
	};
	return assistant;
}

interface Audited {
	action: string;
	target: string;
	outcome: string;
	user?: { name: string };
}

export interface GatewayUnderTest {
	/** What was written into the audit log. */
	audited: Audited[];
	base: string;
	connect(path: string, options?: { mode?: "auto" | "legacy"; as?: string; client?: Client }): Promise<Client>;
	stop(): Promise<void>;
}

export function startGateway(orchestrator: Orchestrator): GatewayUnderTest {
	const audited: Audited[] = [];
	const gateway = createMcpGateway({
		version: "1.2.3",
		assistant: directAssistant(orchestrator),
		orchestrator,
		permit,
		audit: (entry) => audited.push(entry),
		instructions: "Ask for anything.",
		clock: systemClock,
		log: silentLogger,
	});
	const app = new OpenAPIHono<{ Variables: { user: Principal } }>();
	app.onError((error) => problemResponse(AiosError.from(error)));
	app.use(guard({ hosts: loopbackHosts, bodyLimit: 8_000_000 }));
	app.use(async (c, next) => {
		const user = people[(c.req.header("authorization") ?? "Bearer admin").slice(7)];
		if (user === undefined) return c.json({}, 401);
		c.set("user", user);
		return next();
	});
	mountMcp(app, gateway);
	const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch, idleTimeout: 0 });
	const base = `http://127.0.0.1:${server.port}`;
	return {
		base,
		audited,
		async connect(path, { mode = "auto", as = "admin", client } = {}) {
			const made = client ?? new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
			const headers = { authorization: `Bearer ${as}` };
			await made.connect(new StreamableHTTPClientTransport(new URL(`${base}${path}`), { requestInit: { headers } }));
			return made;
		},
		async stop() {
			await gateway.close();
			await server.stop(true);
		},
	};
}
