import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Reply, SystemStatus } from "../contract/index.ts";

/** Upper bounds of the latency buckets, in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How often the event loop is asked how late it is. */
const loopEveryMs = 50;

/** Counts what happens; it never steers. */
export interface Metrics {
	turn(reply: Reply): void;
	/** All metrics in Prometheus' text format 0.0.4. */
	text(status: SystemStatus): string;
	/** Turns answered since the start. */
	turns(): number;
}

export function createMetrics(): Metrics {
	const byStatus = new Map<string, number>();
	const calls = new Map<string, number>();
	/** Turns by the smallest bound they kept to; the last is for those above all. */
	const within = [...bounds.map(() => 0), 0];
	let seconds = 0;
	let count = 0;
	const loop = monitorEventLoopDelay({ resolution: loopEveryMs });
	loop.enable();

	return {
		turn({ status, server, tool, timings }) {
			byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
			if (tool !== undefined) {
				const key = `${server ?? ""}\n${tool}\n${status}`;
				calls.set(key, (calls.get(key) ?? 0) + 1);
			}
			const taken = timings.total_ms / 1000;
			seconds += taken;
			count += 1;
			const slot = bounds.findIndex((bound) => taken <= bound);
			const bucket = slot === -1 ? bounds.length : slot;
			within[bucket] = (within[bucket] ?? 0) + 1;
		},
		turns: () => count,
		text(status) {
			let below = 0;
			const buckets = bounds.map((_, index) => {
				below += within[index] ?? 0;
				return below;
			});
			const lines = [
				...metric("aios_turns_total", "counter", "Turns by how they ended.", byStatus, (key) => `status="${key}"`),
				...metric("aios_tool_calls_total", "counter", "Tool calls by tool and outcome.", calls, labelsOf),
				"# HELP aios_turn_seconds Time from command to reply.",
				"# TYPE aios_turn_seconds histogram",
				...bounds.map((bound, index) => `aios_turn_seconds_bucket{le="${bound}"} ${buckets[index] ?? 0}`),
				`aios_turn_seconds_bucket{le="+Inf"} ${count}`,
				`aios_turn_seconds_sum ${seconds}`,
				`aios_turn_seconds_count ${count}`,
				"# HELP aios_server_up Whether a server is healthy.",
				"# TYPE aios_server_up gauge",
				...status.servers.map(
					(server) => `aios_server_up{server="${quoted(server.name)}"} ${server.status === "healthy" ? 1 : 0}`,
				),
				"# HELP aios_server_state State of a server: 1 for the one it is in.",
				"# TYPE aios_server_state gauge",
				...status.servers.map(
					(server) => `aios_server_state{server="${quoted(server.name)}",state="${server.status}"} 1`,
				),
				"# HELP aios_replicas_up Replicas of a server that answer.",
				"# TYPE aios_replicas_up gauge",
				...status.servers.flatMap(({ name, replicas }) =>
					replicas.length === 0
						? []
						: [
								`aios_replicas_up{server="${quoted(name)}"} ${replicas.filter((replica) => replica.status === "healthy").length}`,
							],
				),
				"# HELP aios_event_loop_delay_seconds How late the main process got to its work since the last look.",
				"# TYPE aios_event_loop_delay_seconds gauge",
				...loopDelay(),
				"# HELP aios_uptime_seconds Time since the start.",
				"# TYPE aios_uptime_seconds gauge",
				`aios_uptime_seconds ${status.uptime_s}`,
				"# HELP aios_resident_bytes Resident memory of the main process.",
				"# TYPE aios_resident_bytes gauge",
				`aios_resident_bytes ${status.load.memory_bytes}`,
			];
			return `${lines.join("\n")}\n`;
		},
	};

	function loopDelay(): string[] {
		const quantiles = [50, 99, 100].map(
			(share) => `aios_event_loop_delay_seconds{quantile="${share / 100}"} ${loop.percentile(share) / 1e9}`,
		);
		loop.reset();
		return quantiles;
	}
}

function metric(
	name: string,
	type: string,
	help: string,
	values: Map<string, number>,
	labels: (key: string) => string,
): string[] {
	return [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} ${type}`,
		...[...values].map(([key, value]) => `${name}{${labels(key)}} ${value}`),
	];
}

function labelsOf(key: string): string {
	const [server = "", tool = "", status = ""] = key.split("\n");
	return `server="${quoted(server)}",tool="${quoted(tool)}",status="${status}"`;
}

function quoted(label: string): string {
	return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
