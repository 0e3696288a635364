import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { childEnvironment, loadConfig } from "../../../core/config/index.ts";
import { silentLogger, systemClock } from "../../../core/contract/index.ts";
import { openCredentials } from "../../../core/credentials/index.ts";
import { createGateway, createMetrics, createStatus, openDoors, openRecords } from "../../../core/gateway/index.ts";
import {
	conversationKey,
	createAssistant,
	createConfirmations,
	createConversations,
	createOrchestrator,
	createPolicy,
} from "../../../core/orchestrator/index.ts";
import { confirmations, lists, openStore, registrations, schedules } from "../../../core/store/index.ts";
import { createLocalServer, permit } from "../../../core/surface/index.ts";
import { createMainServer } from "../../../servers/main/index.ts";

/**
 * The gateway as the product composes it, with the main server in this process and the kit (which has `echo`) in another,
 * and without voice. Says where it is and how to sign in as one line of JSON; ends when its input does.
 */
const password = "correct horse battery";
const clock = systemClock;
const log = silentLogger;
const dataDir = mkdtempSync(join(tmpdir(), "aios-bench-"));
const config = await loadConfig({
	env: {
		AIOS_DATA_DIR: dataDir,
		AIOS_PORT: "0",
		AIOS_ADMIN_PASSWORD: password,
		AIOS_AUTH_CALLS_PER_MINUTE: "1000000000",
	},
});
const store = openStore({ path: join(dataDir, "aios.db") });
const doors = await openDoors({ config, store, clock });
const metrics = createMetrics();
const { recorder, flush, keepAudit, missing } = openRecords({
	store,
	settings: config.records,
	archive: join(dataDir, "audit"),
	clock,
	log,
	onTurn: metrics.turn,
});
const conversations = createConversations(clock);
const definition = createMainServer({
	schedules: schedules(store),
	lists: lists(store),
	status: () => status.read(),
	catalogue: () => orchestrator.catalogue(),
	lastTurn: (userId, session) => conversations.lastTurn(conversationKey(userId, session)),
});
const announce = () => {};
const childEnv = childEnvironment();
const adapters: unknown = await definition.adapters({
	settings: {},
	dataDir,
	clock,
	log,
	announce,
	childEnv,
	folders: { allowed: [], denied: [] },
});
const orchestrator = createOrchestrator({
	local: [createLocalServer({ definition, adapters, clock, log })],
	processes: [
		{
			name: "kit",
			title: "Kit",
			command: [process.execPath, resolve(import.meta.dirname, "../../fixtures/kit/serve.ts")],
			port: 0,
			start: {
				version: "1",
				dataDir: join(dataDir, "kit"),
				folders: { allowed: [], denied: [] },
				settings: {},
				childEnv,
			},
		},
	],
	registrations: registrations(store),
	accounts: {
		secrets: () =>
			openCredentials({ folder: dataDir, service: "bench", env: {}, platform: process.platform, keychain: false }),
		clients: {},
	},
	tokenFor: doors.tokens.issueServer,
	authenticate: doors.authenticateFor,
	announce,
	childEnv,
	clock,
	log,
});
const assistant = createAssistant({
	dispatcher: orchestrator.dispatcher,
	catalogue: orchestrator.catalogue,
	onChange: orchestrator.onChange,
	understander: { load() {}, understand: async () => ({ kind: "unknown" }) },
	policy: createPolicy({ permit }),
	confirmations: createConfirmations({ store: confirmations(store), clock, lifetimeMs: 60_000 }),
	recorder,
	conversations,
	summarise: async ({ title }) => title,
	clock,
	log,
});
const status = createStatus({
	version: "1",
	servers: orchestrator.servers,
	missing,
	speech: () => undefined,
	listening: () => false,
	wakePhrase: "",
	turns: metrics.turns,
	essential: ["main"],
});
const gateway = createGateway({
	...doors,
	host: config.host,
	port: config.port,
	version: "1",
	permit,
	assistant,
	orchestrator,
	store,
	status: status.read,
	health: status.health,
	metrics,
	pageDir: join(dataDir, "page"),
	sessionSeconds: 3_600,
	flush,
	keepAudit,
	clock,
	log,
	voice: () => ({
		open: () => {
			throw new Error("there is no voice here");
		},
		announce: () => 0,
		status: () => ({ sessions: 0, listening: 0 }),
		close() {},
	}),
});
await orchestrator.start();
const kit = orchestrator.servers().find(({ name }) => name === "kit")?.replicas[0]?.url;
console.log(JSON.stringify({ port: gateway.port, kit: Number(new URL(kit ?? "").port), password }));

for await (const _ of Bun.stdin.stream()) {
	// Whoever started it ends it by closing its input.
}
await gateway.close();
await orchestrator.stop();
flush();
store.close();
process.exit(0);
