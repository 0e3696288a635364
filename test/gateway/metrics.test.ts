import { expect, test } from "vitest";
import type { SystemStatus } from "../../core/contract/index.ts";
import { createMetrics } from "../../core/gateway/index.ts";
import { startApp } from "./support/app.ts";

test("what was called, how it ended and how long it took can be read as Prometheus text", async () => {
	const app = await startApp();
	try {
		const call = (tool: string) => app.send("/command", { json: { tool, arguments: {} }, as: app.admin });
		await call("get_time");
		await call("get_time");
		await call("no_such_tool");
		const { status, body, headers } = await app.send("/metrics", { as: app.admin });
		expect(status).toBe(200);
		expect(headers.get("content-type")).toContain("version=0.0.4");
		expect((await app.send("/metrics")).status).toBe(401);
		expect(body).toMatch(/^aios_event_loop_delay_p99_seconds [\d.e-]+$/m);
	} finally {
		await app.stop();
	}
});

test("a histogram holds every turn, each bound all that are below it", () => {
	const metrics = createMetrics();
	for (const total_ms of [1, 7, 7, 30_000]) {
		const timings = { understand_ms: 0, dispatch_ms: 0, total_ms };
		metrics.turn({ turn: "t", status: "done", reply: "", server: "main", tool: "get_time", timings });
	}
	const text = metrics.text(status);
	expect(text).toContain('aios_tool_calls_total{server="main",tool="get_time",status="done"} 4');
	expect(text).toContain('aios_turn_duration_seconds_bucket{le="0.005"} 1\n');
	expect(text).toContain('aios_turn_duration_seconds_bucket{le="0.01"} 3\n');
	expect(text).toContain('aios_turn_duration_seconds_bucket{le="10"} 3\n');
	expect(text).toContain('aios_turn_duration_seconds_bucket{le="+Inf"} 4\n');
	expect(text).toContain('aios_server_state{server="kit",state="degraded"} 1\n');
	expect(text).toContain('aios_server_state{server="kit",state="healthy"} 0\n');
	expect(text).toContain('aios_replicas_up{server="kit"} 1\n');
});

test("names, units and types keep to Prometheus' conventions", () => {
	const metrics = createMetrics();
	const timings = { understand_ms: 0, dispatch_ms: 0, total_ms: 1 };
	metrics.turn({ turn: "t", status: "done", reply: "", server: 'a"b\\c\nd', tool: "get_time", timings });
	const lines = metrics.text(status).trimEnd().split("\n");
	const types = new Map<string, string>();
	const helped = new Set<string>();
	const seen = new Set<string>();
	for (const line of lines) {
		const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
		if (kind === "HELP") helped.add(name);
		if (kind === "TYPE") types.set(name, rest);
		if (kind !== undefined) continue;
		const sample = /^([a-z_]+[a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (-?[\d.e+-]+)$/.exec(line);
		expect(sample, line).not.toBeNull();
		const base = (sample?.[1] ?? "").replace(/_(bucket|sum|count)$/, "");
		const metric = types.has(base) ? base : (sample?.[1] ?? "");
		const type = types.get(metric);
		expect(type, `${line} comes after its TYPE`).toBeDefined();
		expect(helped, line).toContain(metric);
		expect(metric.endsWith("_total"), `${metric} is a ${type}`).toBe(type === "counter");
		expect(metric).not.toMatch(/_(ms|msec|milliseconds|kb|mb|percent|minutes)(_|$)/);
		expect(metric).toMatch(/^(aios|process)_/);
		if (type !== "histogram") expect(line).not.toMatch(/\{(.*,)?(le|quantile)=/);
		expect(seen.has(line.replace(/ \S+$/, "")), `${line} is there once`).toBe(false);
		seen.add(line.replace(/ \S+$/, ""));
	}
	expect(types.get("aios_turn_duration_seconds")).toBe("histogram");
	expect(types.get("process_resident_memory_bytes")).toBe("gauge");
});

const status: SystemStatus = {
	status: "healthy",
	version: "0",
	uptime_s: 1,
	servers: [
		{
			name: "kit",
			title: "Kit",
			type: "built-in",
			status: "degraded",
			tools: 1,
			replicas: [
				{ url: "http://127.0.0.1:1", status: "healthy", latency_ms: 1 },
				{ url: "http://127.0.0.1:2", status: "unhealthy", latency_ms: null },
			],
			requirements: [],
		},
	],
	voice: { stt: "", tts: "", vad: "", listening: false },
	load: { cpu: 0, memory_bytes: 0, turns: 0 },
};
