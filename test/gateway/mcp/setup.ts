import { OpenAPIHono } from "@hono/zod-openapi";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { AiosError, type Assistant, type Principal, silentLogger, systemClock } from "../../../core/contract/index.ts";
import { createMcpGateway, mountMcp } from "../../../core/gateway/mcp/index.ts";
import {
	createAssistant,
	createConfirmations,
	createConversations,
	createPolicy,
	createRecorder,
	type Orchestrator,
	type StoredConfirmation,
} from "../../../core/orchestrator/index.ts";
import { guard, loopbackHosts, permit, problemResponse } from "../../../core/surface/index.ts";
import { admin, guest } from "../../fixtures/people.ts";

/** A person whose every destructive call is asked about first. */
export const careful: Principal = { ...admin, id: "u4", name: "Cora", ask: ["*:*:destructive"] };
/** A person with rights at another server only. */
const stranger: Principal = { ...admin, id: "u5", name: "Sam", permissions: ["kit:*:*"] };
const people: Record<string, Principal> = { admin, guest, careful, stranger };

/** The assistant of the product, for direct calls alone; what it writes down goes into `audited`. */
function directAssistant(orchestrator: Orchestrator, audited: Audited[]): Assistant {
	const kept = new Map<string, StoredConfirmation>();
	return createAssistant({
		dispatcher: orchestrator.dispatcher,
		catalogue: orchestrator.catalogue,
		onChange: orchestrator.onChange,
		understander: { load() {}, understand: async () => ({ kind: "unknown" }) },
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({
			store: {
				add: (row) => void kept.set(row.id, row),
				byId: (id) => kept.get(id),
				use: (id) => kept.delete(id),
			},
			clock: systemClock,
			lifetimeMs: 60_000,
		}),
		recorder: createRecorder({
			journal: {
				note: async () => undefined,
				async keep({ audit }) {
					if (audit !== undefined) audited.push(audit);
					return undefined;
				},
			},
			clock: systemClock,
		}),
		conversations: createConversations(systemClock),
		summarise: async () => "Wipe the counter?",
		clock: systemClock,
		log: silentLogger,
	});
}

/** A row of the audit log, whoever wrote it. */
interface Audited {
	action: string;
	target: string;
	outcome: string;
	origin: string;
	digest?: string | null;
	userName: string | null;
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
		assistant: directAssistant(orchestrator, audited),
		orchestrator,
		permit,
		audit: ({ user, ...entry }) => audited.push({ ...entry, userName: user?.name ?? null }),
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
