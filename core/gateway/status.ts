import type { Principal, Requirement, SpeechStatus, SystemStatus } from "../contract/index.ts";
import type { GatewayDeps } from "./types.ts";

export interface StatusDeps {
	version: string;
	servers(): SystemStatus["servers"];
	/** What the main server itself lacks. */
	missing(): Requirement[];
	/** What the speech engines said last; undefined before they first did. */
	speech(): SpeechStatus | undefined;
	listening(): boolean;
	wakePhrase: string;
	turns(): number;
	/** Servers without which the assistant is not ready. */
	essential: readonly string[];
}

export interface StatusReader {
	read(): SystemStatus;
	/** `starting` until everything essential was up once. */
	health(): SystemStatus["status"];
}

/**
 * The status as this person may see it. The whole address of a registered server, the command line of a program and what
 * they said last can hold what lets one in there: whoever may not look after servers sees on which machine they are.
 */
export function statusFor(status: SystemStatus, user: Principal, permit: GatewayDeps["permit"]): SystemStatus {
	try {
		permit(user, { server: "aios", name: "servers", effect: "read", role: "administrator" });
		return status;
	} catch {
		return { ...status, servers: status.servers.map(plainly) };
	}
}

function plainly(server: SystemStatus["servers"][number]): SystemStatus["servers"][number] {
	if (server.type === "built-in") return server;
	const { reason: _, replicas, ...rest } = server;
	return { ...rest, replicas: replicas.map((replica) => ({ ...replica, url: machineOf(replica.url) })) };
}

function machineOf(url: string): string {
	const { protocol, origin } = new URL(url);
	return /^https?:$/.test(protocol) ? origin : protocol;
}

/** Puts the state of everything together. Takes no time: it asks nobody. */
export function createStatus(deps: StatusDeps): StatusReader {
	const started = performance.now();
	let wasReady = false;
	let lastCpu = process.cpuUsage();
	let lastAt = started;
	let cpu = 0;

	/** Share of one processor used since the last look, at most once a second. */
	function load(): number {
		const now = performance.now();
		if (now - lastAt >= 1_000) {
			const used = process.cpuUsage(lastCpu);
			cpu = Math.round(((used.user + used.system) / 1000 / (now - lastAt)) * 1000) / 1000;
			lastCpu = process.cpuUsage();
			lastAt = now;
		}
		return cpu;
	}

	function servers(): SystemStatus["servers"] {
		const missing = deps.missing();
		if (missing.length === 0) return deps.servers();
		return deps.servers().map((server) => (server.name === "main" ? { ...server, requirements: missing } : server));
	}

	function health(): SystemStatus["status"] {
		const servers = deps.servers();
		const healthy = (name: string) => servers.find((server) => server.name === name)?.status === "healthy";
		const ready = deps.essential.every(healthy);
		wasReady ||= ready;
		if (!wasReady) return "starting";
		return ready && deps.missing().length === 0 ? "healthy" : "degraded";
	}

	return {
		health,
		read() {
			const speech = deps.speech();
			return {
				status: health(),
				version: deps.version,
				uptime_s: Math.round((performance.now() - started) / 100) / 10,
				servers: servers(),
				voice: {
					stt: speech?.stt ?? "",
					tts: speech?.tts ?? "",
					vad: speech?.vad ?? "",
					turn: speech?.turn ?? "",
					listening: deps.listening(),
					wake_phrase: deps.wakePhrase,
				},
				load: { cpu: load(), memory_bytes: process.memoryUsage.rss(), turns: deps.turns() },
			};
		},
	};
}
