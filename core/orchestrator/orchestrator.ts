import { AiosError, type CatalogueTool, type Channel, type Principal } from "../contract/index.ts";
import { serveQuestions } from "../ipc/index.ts";
import { createBalancer } from "./balance.ts";
import { toCatalogueTool } from "./catalogue.ts";
import { createDispatcher } from "./dispatch.ts";
import { describeEntry, noteStatus, type ServerEntry } from "./entry.ts";
import { createEnvironments } from "./environments.ts";
import { watchHealth } from "./health.ts";
import { createLeanConnection } from "./lean.ts";
import { createAccounts } from "./oauth/index.ts";
import type { InProcessServer, ProcessServer } from "./parts.ts";
import { createPlugins, noPlugins } from "./plugins.ts";
import { superviseProcess } from "./process.ts";
import { createRegistrar } from "./register.ts";
import { createReplica, type Replica } from "./replica.ts";
import { type Scaled, watchLoad } from "./scale.ts";
import type { Orchestrator, OrchestratorDeps } from "./types.ts";

const defaultHealthIntervalMs = 3_000;
const defaultCalmMs = 60_000;

/** In whose name the orchestrator itself asks servers what they can do. */
const itself: Principal = {
	id: "orchestrator",
	name: "AIOS",
	role: "guest",
	base: "guest",
	permissions: ["*:*:read"],
	via: "internal",
};

/**
 * Makes the orchestrator: it starts and watches the servers' processes, keeps the catalogue of every tool, and carries
 * calls to whichever replica serves them best.
 */
export function createOrchestrator(deps: OrchestratorDeps): Orchestrator {
	const { clock, log } = deps;
	const servers = new Map<string, ServerEntry>();
	const listeners = new Set<() => void>();
	const openers = new Map<string, { topic: string; onOpen: (channel: Channel) => void }[]>();
	const balance = createBalancer(deps.balancer ?? "peak-ewma");
	let catalogue: CatalogueTool[] | undefined;
	const changed = () => {
		catalogue = undefined;
		for (const listener of listeners) listener();
	};

	for (const local of deps.local) servers.set(local.name, localEntry(local));
	const changedOf = (entry: ServerEntry) => () => {
		noteStatus(entry, clock.now());
		changed();
	};
	const scaled: Scaled[] = [];
	for (const server of deps.processes) {
		const entry = processEntry(server);
		servers.set(server.name, entry);
		const { replicas: min = 1, maxReplicas: max = min } = server;
		if (max > min) scaled.push({ entry, min, max, add: () => addReplica(server, entry) });
	}
	const environments = createEnvironments(deps.accounts.secrets);
	const accounts = createAccounts({ ...deps.accounts, clock, log });
	const registrar = createRegistrar({ ...deps, accounts, environments, servers, changed, changedOf });
	const plugins =
		deps.plugins === undefined ? noPlugins : createPlugins({ ...deps.plugins, childEnv: deps.childEnv }, registrar);

	function processEntry(server: ProcessServer): ServerEntry {
		const entry: ServerEntry = {
			name: server.name,
			title: server.title,
			type: "built-in",
			tools: new Map(),
			replicas: [],
			history: [],
			trusted: true,
			requirements: () => entry.replicas[0]?.process?.requirements() ?? [],
		};
		for (let index = 0; index < (server.replicas ?? 1); index++) {
			entry.replicas.push(processReplica(server, entry, index));
		}
		return entry;
	}

	function processReplica(server: ProcessServer, entry: ServerEntry, index: number, passing = false): Replica {
		const id = `${server.name}#${index + 1}`;
		const process = superviseProcess({
			server,
			port: index === 0 ? server.port : 0,
			childEnv: deps.childEnv,
			clock,
			log: log.child({ replica: id }),
			onChange: changedOf(entry),
			onReady: async (lines, url) => {
				serveQuestions(server.name, lines, deps);
				await learnTools(entry, url);
				// Lines belong to the first replica: there is one speech process, however many answer calls.
				if (index === 0) for (const { topic, onOpen } of openers.get(server.name) ?? []) onOpen(lines.channel(topic));
			},
		});
		const connect = (url: string) => createLeanConnection({ url });
		return createReplica({ id, clock, at: process, connect, passing, onChange: changedOf(entry) });
	}

	let made = 0;
	function addReplica(server: ProcessServer, entry: ServerEntry): Replica {
		made += 1;
		// Never the first: that one has the server's port and its lines.
		const replica = processReplica(server, entry, (server.replicas ?? 1) + made, true);
		void replica.process?.start();
		return replica;
	}

	/** Asks a server of ours for its tools; they stay in the catalogue also while it is down. */
	async function learnTools(entry: ServerEntry, url: string): Promise<void> {
		const token = await deps.tokenFor(entry.name, itself);
		const listed = await createLeanConnection({ url }).listTools(token);
		entry.tools = new Map(listed.map((tool) => [tool.name, toCatalogueTool(entry.name, tool, true)]));
		changed();
	}

	let unwatch: (() => void) | undefined;
	let unscale: (() => void) | undefined;
	return {
		dispatcher: createDispatcher({ servers, balance, tokenFor: deps.tokenFor, log, tracer: deps.tracer }),
		catalogue() {
			catalogue ??= [...servers.values()].flatMap((entry) => [...entry.tools.values()]);
			return catalogue;
		},
		servers: () => [...servers.values()].map(describeEntry),
		register: registrar.register,
		unregister: registrar.unregister,
		heldBack: registrar.heldBack,
		approve: registrar.approve,
		plugins,
		signIns: {
			async begin(server, by, redirectUrl) {
				registrar.check(server);
				return accounts.begin(server, by, redirectUrl);
			},
			open: accounts.open,
			async finish(answer, browser, allow) {
				const finished = await accounts.finish(answer, browser, allow);
				await registrar.relist(finished.server);
				return finished;
			},
			async end(server) {
				registrar.check(server);
				await accounts.signOut(server);
			},
		},
		registered: () => [...servers.values()].flatMap(({ trusted, name }) => (trusted ? [] : [name])),
		async mcp(server) {
			const entry = servers.get(server);
			if (entry === undefined || entry.trusted) return undefined;
			const replica = entry.replicas.find((one) => one.available());
			if (replica === undefined) throw new AiosError("unavailable", `The ${entry.title} server can't be reached.`);
			return replica.connection()?.mcp?.();
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		channel(server, topic, onOpen) {
			if (!deps.processes.some(({ name }) => name === server)) {
				throw new AiosError("not_found", `There is no process named ${server}.`);
			}
			openers.set(server, [...(openers.get(server) ?? []), { topic, onOpen }]);
		},
		async start() {
			const replicas = () => [...servers.values()].flatMap((entry) => entry.replicas);
			await Promise.all([
				...replicas().map((replica) => replica.process?.start()),
				registrar.restore(plugins.launchOf),
			]);
			unwatch = watchHealth({ replicas, intervalMs: deps.healthIntervalMs ?? defaultHealthIntervalMs, clock, log });
			unscale = watchLoad({ scaled, calmMs: deps.calmMs ?? defaultCalmMs, clock, log, changed });
		},
		async stop() {
			unwatch?.();
			unscale?.();
			registrar.close();
			const replicas = [...servers.values()].flatMap((entry) => entry.replicas);
			await Promise.all(replicas.map((replica) => replica.process?.stop()));
			await Promise.all(replicas.map((replica) => replica.close()));
		},
	};
}

function localEntry(local: InProcessServer): ServerEntry {
	return {
		name: local.name,
		title: local.title,
		type: "built-in",
		tools: new Map(local.tools.map((tool) => [tool.name, tool])),
		replicas: [],
		history: [],
		local,
		trusted: true,
		requirements: () => [],
	};
}
