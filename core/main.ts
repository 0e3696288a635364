import { join } from "node:path";
import { keepModels, planRecogniser } from "../models/index.ts";
import { version } from "../package.json";
import { builtInServers, loadMainServer } from "../servers/index.ts";
import { folderAccess, live, type Running, serverFolder, serverProcesses } from "./compose/index.ts";
import { type Config, childEnvironment } from "./config/index.ts";
import { AiosError, type Logger, systemClock } from "./contract/index.ts";
import { openCredentials } from "./credentials/index.ts";
import {
	auditDirect,
	createAnnouncer,
	createGateway,
	createMetrics,
	createMicrophones,
	createStatus,
	createSummaries,
	openDoors,
	openRecords,
	watchSpeech,
} from "./gateway/index.ts";
import {
	conversationKey,
	createAssistant,
	createConfirmations,
	createConversations,
	createOrchestrator,
	createPolicy,
} from "./orchestrator/index.ts";
import { openTraces } from "./process/index.ts";
import { confirmations, lists, registrations, type Store, schedules } from "./store/index.ts";
import { createLocalServer, permit } from "./surface/index.ts";
import { createUnderstander } from "./understanding/index.ts";
import { createSpeechClient, createVoiceLoop } from "./voice/index.ts";

/** Without these there is nobody to talk to. */
const essential = ["main", "voice"];
const dayMs = 86_400_000;

/** Starts everything: store → security → orchestrator → assistant → voice → gateway. Throws AiosError. */
async function start(config: Config, store: Store, log: Logger): Promise<Running> {
	const clock = systemClock;
	const doors = await openDoors({ config, store, clock });
	const traces = await openTraces({ traces: config.traces, version }, log);
	const tracer = traces?.tracer;

	const metrics = createMetrics();
	const archive = join(config.dataDir, "audit");
	const records = openRecords({ store, settings: config.records, archive, clock, log, onTurn: metrics.turn });
	const { recorder, flush, keepAudit } = records;
	const conversations = createConversations(clock);
	const announcer = createAnnouncer((announcement) => gateway.voice.announce(announcement));
	const childEnv = childEnvironment();
	const mainLog = log.child({ server: "main" });

	const createMainServer = await loadMainServer();
	const definition = createMainServer({
		schedules: schedules(store),
		lists: lists(store),
		status: () => status.read(),
		catalogue: () => orchestrator.catalogue(),
		lastTurn: (userId, session) => conversations.lastTurn(conversationKey(userId, session)),
	});
	const deferred: Parameters<typeof announcer.announce>[0][] = [];
	let announce = (announcement: (typeof deferred)[number]): void => void deferred.push(announcement);
	const adapters: unknown = await definition.adapters({
		settings: {},
		dataDir: serverFolder(config, "main"),
		clock,
		log: mainLog,
		announce: (announcement) => announce(announcement),
		childEnv,
		folders: folderAccess(config),
	});
	// The one that was asked for may still have to be downloaded: until then the best there is.
	const places = { dirs: config.modelsDir, dataDir: config.dataDir };
	const recogniser = config.sttModel === "auto" ? "auto" : (await planRecogniser(config.sttModel, places)).now.name;
	const orchestrator = createOrchestrator({
		local: [createLocalServer({ definition, adapters, clock, log: mainLog, tracer })],
		processes: serverProcesses({ config, childEnv, recogniser }),
		registrations: registrations(store),
		accounts: {
			secrets: once(() =>
				openCredentials({
					folder: serverFolder(config, "main"),
					service: "AIOS",
					env: childEnv,
					platform: process.platform,
				}),
			),
			clients: config.upstream.clients,
			clientMetadataUrl: config.upstream.clientMetadataUrl,
		},
		plugins: {
			folder: join(config.dataDir, "plugins"),
			checkout: join(import.meta.dirname, ".."),
			runtime: [process.execPath, "--no-env-file", join(import.meta.dirname, "process", "plugin-main.ts")],
			platform: process.platform,
		},
		tokenFor: doors.tokens.issueServer,
		authenticate: doors.authenticateFor,
		command: (text, session, user, signal, traceparent) =>
			assistant.command({ text }, { user, session, source: "text", signal, traceparent }),
		announce: (announcement) => announce(announcement),
		audit: auditDirect({ keepAudit, clock }),
		childEnv,
		clock,
		log,
		tracer,
	});

	const understander = createUnderstander({ log });
	const learn = () => understander.load(orchestrator.catalogue());
	learn();
	const assistant = createAssistant({
		dispatcher: orchestrator.dispatcher,
		catalogue: orchestrator.catalogue,
		onChange: orchestrator.onChange,
		understander,
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({
			store: confirmations(store),
			clock,
			lifetimeMs: config.auth.confirmationMinutes * 60_000,
		}),
		recorder,
		conversations,
		summarise: createSummaries({ ...builtInServers, main: async () => definition }),
		clock,
		log,
		tracer,
	});
	const microphones = createMicrophones({ renew: doors.authenticator.renew, clock });
	orchestrator.channel("voice", "sound", (opened) => microphones.serve(opened, gateway.voice));
	const engines = createSpeechClient({ onChannel: (opened) => orchestrator.channel("voice", "speech", opened) });
	const speech = watchSpeech(engines, () => gateway.statusChanged());
	orchestrator.channel("voice", "speech", speech.look);
	const status = createStatus({
		version,
		servers: orchestrator.servers,
		missing: records.missing,
		speech: speech.last,
		listening: () => gateway.voice.status().listening > 0,
		wakePhrase: config.voice.wakePhrase,
		turns: metrics.turns,
		essential,
	});
	const gateway = createGateway({
		...doors,
		host: config.host,
		port: config.port,
		version,
		permit,
		assistant,
		orchestrator,
		store,
		status: status.read,
		health: status.health,
		metrics,
		clientMetadataUrl: config.upstream.clientMetadataUrl,
		pageDir: join(import.meta.dirname, "..", "ui", "web", "dist"),
		sessionSeconds: (config.auth.sessionDays * dayMs) / 1000,
		flush,
		keepAudit,
		clock,
		log,
		tracer,
		voice: (send) =>
			createVoiceLoop({
				engines,
				assistant,
				events: microphones.events(send),
				clock,
				log: log.child({ part: "voice" }),
				settings: config.voice,
				tracer,
			}),
		onArrival: announcer.retry,
	});
	announce = (announcement) => {
		records.announced(announcement);
		announcer.announce(announcement);
	};
	for (const announcement of deferred) announce(announcement);
	orchestrator.onChange(() => {
		learn();
		gateway.statusChanged();
	});

	const ready = orchestrator.start().then(() =>
		orchestrator
			.servers()
			.filter((server) => server.status !== "healthy")
			.map(({ name, reason = "" }) => ({ name, reason })),
	);
	const keeper = ready.then(() =>
		keepModels({
			setting: config.sttModel,
			...places,
			offline: config.offline,
			events: { emit: gateway.send },
			log: log.child({ part: "models" }),
			clock,
			async onArrived({ kind, name }) {
				// biome-ignore lint/correctness/useHookAtTopLevel: no hook of React, whatever its name
				if (kind === "stt") await engines.useRecogniser(name);
				speech.look();
			},
		}),
	);
	keeper.catch((error) => log.error("models are not kept up to date", { error: String(error) }));
	return {
		address: `${gateway.url}/?token=${doors.oneTimeToken()}`,
		newPassword: doors.newPassword,
		ready,
		async stop() {
			await gateway.close();
			speech.stop();
			void keeper.then((models) => models.stop()).catch(() => {});
			await orchestrator.stop();
			await close(adapters);
			records.close();
			flush();
			await traces?.close();
		},
	};
}

/** A keychain may have to be unlocked first: it is asked when something is kept in it. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
	let opened: Promise<T> | undefined;
	return () => {
		opened ??= open();
		return opened;
	};
}

async function close(adapters: unknown): Promise<void> {
	if (typeof adapters !== "object" || adapters === null || !("close" in adapters)) return;
	if (typeof adapters.close === "function") await adapters.close();
}

if (import.meta.main) {
	live(process.argv.slice(2), start).catch((thrown) => {
		const error = AiosError.from(thrown);
		process.stderr.write(`${error.message}\n${error.fix === undefined ? "" : `${error.fix}\n`}`);
		process.exit(1);
	});
}
