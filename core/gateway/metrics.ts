import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Reply, type SystemStatus, serverStatus } from "../contract/index.ts";

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
			const servers = status.servers.map(({ name, status: state, replicas }) => ({
				name: quoted(name),
				state,
				replicas,
			}));
			const { user, system } = process.cpuUsage();
			const lines = [
				...metric("aios_turns_total", "counter", "Turns by how they ended.", byStatus, (key) => `status="${key}"`),
				...metric("aios_tool_calls_total", "counter", "Tool calls by tool and outcome.", calls, labelsOf),
				...heading("aios_turn_duration_seconds", "histogram", "Time from command to reply."),
				...bounds.map((bound, index) => `aios_turn_duration_seconds_bucket{le="${bound}"} ${buckets[index] ?? 0}`),
				`aios_turn_duration_seconds_bucket{le="+Inf"} ${count}`,
				`aios_turn_duration_seconds_sum ${seconds}`,
				`aios_turn_duration_seconds_count ${count}`,
				...heading("aios_server_up", "gauge", "Whether a server is healthy."),
				...servers.map(({ name, state }) => `aios_server_up{server="${name}"} ${state === "healthy" ? 1 : 0}`),
				...heading("aios_server_state", "gauge", "State of a server: 1 for the one it is in, 0 for the others."),
				...servers.flatMap(({ name, state }) =>
					serverStatus.options.map(
						(one) => `aios_server_state{server="${name}",state="${one}"} ${one === state ? 1 : 0}`,
					),
				),
				...heading("aios_replicas_up", "gauge", "Replicas of a server that answer."),
				...servers.flatMap(({ name, replicas }) => {
					const up = replicas.filter((replica) => replica.status === "healthy").length;
					return replicas.length === 0 ? [] : [`aios_replicas_up{server="${name}"} ${up}`];
				}),
				...loopDelay(),
				...heading("aios_build_info", "gauge", "The version that runs."),
				`aios_build_info{version="${quoted(status.version)}"} 1`,
				...heading("process_start_time_seconds", "gauge", "When the main process began, since 1970."),
				`process_start_time_seconds ${performance.timeOrigin / 1000}`,
				...heading("process_cpu_seconds_total", "counter", "Processor time of the main process."),
				`process_cpu_seconds_total ${(user + system) / 1e6}`,
				...heading("process_resident_memory_bytes", "gauge", "Resident memory of the main process."),
				`process_resident_memory_bytes ${status.load.memory_bytes}`,
			];
			return `${lines.join("\n")}\n`;
		},
	};

	/** Gauges of their own names: a label `quantile` is for summaries alone. */
	function loopDelay(): string[] {
		const lines = [50, 99, 100].flatMap((share) => {
			const name = `aios_event_loop_delay_${share === 100 ? "max" : `p${share}`}_seconds`;
			const help = "How late the main process got to its work since the last look.";
			return [...heading(name, "gauge", help), `${name} ${loop.percentile(share) / 1e9}`];
		});
		loop.reset();
		return lines;
	}
}

function heading(name: string, type: "counter" | "gauge" | "histogram", help: string): string[] {
	return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function metric(
	name: string,
	type: "counter" | "gauge",
	help: string,
	values: Map<string, number>,
	labels: (key: string) => string,
): string[] {
	return [...heading(name, type, help), ...[...values].map(([key, value]) => `${name}{${labels(key)}} ${value}`)];
}

function labelsOf(key: string): string {
	const [server = "", tool = "", status = ""] = key.split("\n");
	return `server="${quoted(server)}",tool="${quoted(tool)}",status="${status}"`;
}

function quoted(label: string): string {
	return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
