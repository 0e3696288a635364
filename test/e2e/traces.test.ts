import { heapStats } from "bun:jsc";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replySchema, silentLogger, tracesSchema } from "../../core/contract/index.ts";
import { createServerApp } from "../../core/surface/index.ts";
import { openTraces } from "../../core/traces/index.ts";
import { startCollector, tree } from "../fixtures/collector.ts";
import { kit } from "../fixtures/kit/index.ts";
import { admin } from "../fixtures/people.ts";
import { startOldUpstream } from "../fixtures/upstreams.ts";
import { type Product, startProduct } from "./harness/product.ts";
import { connectSatellite } from "./harness/satellite.ts";
import { samplesOf, voice } from "./harness/sound.ts";
import { until } from "./harness/wait.ts";

const id = (bytes: number) => randomBytes(bytes).toString("hex");

describe("with a collector in the settings", () => {
	const collector = startCollector();
	let product: Product;
	beforeAll(async () => {
		product = await startProduct({
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=my%20home",
			OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
			OTEL_BSP_SCHEDULE_DELAY: "100",
			OTEL_SERVICE_NAME: "assistant",
		});
	});
	afterAll(async () => {
		await product?.dispose();
		collector.stop();
	});

	/** The trace once a span of this name has come; those of other processes may still be on their way. */
	async function arrived(name: string, trace?: string): Promise<string> {
		const found = await until(`a span ${name}`, 10_000, () =>
			collector.spans().find((span) => span.name === name && (trace === undefined || span.trace === trace)),
		).catch((error: Error) => {
			const seen = collector.spans().map((span) => `${span.trace} ${span.service} ${span.name}`);
			throw new Error(`${error.message}; there are:\n${seen.join("\n")}`);
		});
		return found.trace;
	}

	/** The spans of a trace once all of these have come. */
	async function complete(trace: string, lines: string[]): Promise<void> {
		const all = () => tree(collector.spans(), trace).filter((line) => !line.includes("synthesize"));
		await expect.poll(all, { timeout: 10_000 }).toEqual(expect.arrayContaining(lines));
	}

	const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
		const answer = await fetch(product.url + path, {
			method: "POST",
			headers: { authorization: `Bearer ${product.token}`, "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
		return answer.text();
	};

	/** A call of a tool as a client of the protocol of 2026 makes it, as a part of `traceparent`. */
	const callTool = (path: string, name: string, input: object, traceparent: string) =>
		post(
			path,
			{
				jsonrpc: "2.0",
				id: 1,
				method: "tools/call",
				params: {
					name,
					arguments: input,
					_meta: {
						traceparent,
						"io.modelcontextprotocol/protocolVersion": "2026-07-28",
						"io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
						"io.modelcontextprotocol/clientCapabilities": {},
					},
				},
			},
			{
				accept: "application/json, text/event-stream",
				"mcp-protocol-version": "2026-07-28",
				"mcp-method": "tools/call",
				"mcp-name": name,
			},
		);

	test.skipIf(voice === undefined)(
		"a spoken turn is one trace from its first sound to the last of the answer",
		async () => {
			const satellite = await connectSatellite(product);
			try {
				await satellite.listen();
				await satellite.play(
					samplesOf([{ silenceMs: 500 }, { say: "Which programs are running?" }, { silenceMs: 2_500 }]),
				);
				await satellite.event("audio:reply", 30_000, ({ last }) => last);
			} finally {
				satellite.close();
			}
			const trace = await arrived("turn");
			const lines = [
				"assistant-system: execute_tool list_processes < tools/call list_processes",
				"assistant-system: tools/call list_processes < tools/call list_processes",
				"assistant: command < turn",
				"assistant: dispatch < command",
				"assistant: endpoint < turn",
				"assistant: first sound < say",
				"assistant: listen < turn",
				"assistant: policy < command",
				"assistant: say < turn",
				"assistant: tools/call list_processes < dispatch",
				"assistant: transcribe < turn",
				"assistant: turn < ",
				"assistant: understand < command",
			];
			await complete(trace, lines);
			await until("a sentence's synthesis", 10_000, () =>
				collector.spans().some(({ name, trace: of }) => of === trace && name === "synthesize"),
			);
			expect(tree(collector.spans(), trace).filter((line) => !line.includes("synthesize"))).toEqual(lines);
			const own = collector.spans().filter((span) => span.trace === trace);
			const named = (name: string) => own.find((span) => span.name === name);
			for (const { service, parent } of own.filter(({ name }) => name === "synthesize")) {
				expect({ service, parent }).toEqual({ service: "assistant-voice", parent: named("say")?.id });
			}
			const turn = named("turn");
			if (turn === undefined) throw new Error("no turn");
			for (const { name, start, end } of own) {
				expect(start, name).toBeGreaterThanOrEqual(turn.start - 1);
				expect(end, name).toBeLessThanOrEqual(turn.end + 1);
			}
			// It spoke for longer than a second, and listening was while it did.
			expect((named("listen")?.end ?? 0) - (named("listen")?.start ?? 0)).toBeGreaterThan(500);
			const requests = own.filter(({ name }) => name.startsWith("tools/call"));
			expect(requests.map(({ kind }) => kind).toSorted()).toEqual([2, 3]);
			expect(requests[0]?.attributes).toMatchObject({
				"mcp.method.name": "tools/call",
				"gen_ai.tool.name": "list_processes",
			});
			expect(collector.headers()[0]?.get("x-tenant")).toBe("my home");
			// Neither what was said nor what was answered.
			expect(JSON.stringify(own)).not.toMatch(/programs/i);
		},
	);

	test("a program's own trace goes on through REST and MCP, as far as a registered server", async () => {
		const rest = id(16);
		const caller = id(8);
		const command = { tool: "system_info", server: "system", arguments: {} };
		await post("/command", command, { traceparent: `00-${rest}-${caller}-01` });
		await arrived("POST /command", rest);
		await complete(rest, [
			"assistant: POST /command < ?",
			"assistant: command < POST /command",
			"assistant-system: execute_tool system_info < tools/call system_info",
		]);
		expect(collector.spans().find(({ name, trace }) => name === "POST /command" && trace === rest)).toMatchObject({
			parent: caller,
			kind: 2,
			attributes: { "http.response.status_code": 200, "http.route": "/command" },
		});

		const upstream = startOldUpstream();
		try {
			await post("/register_server", { name: "old", url: upstream.url });
			const mcp = id(16);
			const parent = id(8);
			await callTool("/mcp", "old_greet", { name: "Ada" }, `00-${mcp}-${parent}-01`);
			await arrived("tools/call old_greet", mcp);
			await complete(mcp, ["assistant: tools/call old_greet < ?"]);
			const client = await until("the call's span", 10_000, () =>
				collector.spans().find(({ trace, kind }) => trace === mcp && kind === 3),
			);
			expect(upstream.metaSeen()).toMatchObject([{ traceparent: `00-${mcp}-${client.id}-01` }]);
		} finally {
			upstream.stop();
		}
	});

	test("what passes through to a server as it is carries the trace on, and so do words another process hands over", async () => {
		const seen: { header: string | null; body: string }[] = [];
		const definition = { ...kit, name: "kit" };
		const { app } = createServerApp({
			definition,
			adapters: { counter: { value: 0 }, closed() {} },
			authenticate: () => admin,
			version: "1",
			log: silentLogger,
		});
		const modern = Bun.serve({
			port: 0,
			hostname: "127.0.0.1",
			async fetch(request) {
				const body = await request.clone().text();
				if (body.includes("tools/call")) seen.push({ header: request.headers.get("traceparent"), body });
				return app.fetch(request);
			},
		});
		try {
			await post("/register_server", { name: "kit", url: `http://127.0.0.1:${modern.port}` });
			const trace = id(16);
			await callTool("/mcp/kit", "echo", { text: "hello" }, `00-${trace}-${id(8)}-01`);
			await arrived("tools/call echo", trace);
			const own = collector.spans().find((span) => span.trace === trace)?.id;
			expect(seen[0]?.header).toBe(`00-${trace}-${own}-01`);
			expect(seen[0]?.body).toContain(`"traceparent":"00-${trace}-${own}-01"`);
			const echo = { server: "kit", tool: "echo", arguments: { text: "again" } };
			await post("/command", echo, { traceparent: `00-${id(16)}-${id(8)}-01`, tracestate: "vendor=own" });
			expect(seen[1]?.body).toContain('"tracestate":"vendor=own"');
		} finally {
			await modern.stop(true);
		}
		const words = id(16);
		const call = { server: "voice", tool: "execute_voice_command", arguments: { text: "what time is it" } };
		await post("/command", call, { traceparent: `00-${words}-${id(8)}-01` });
		await arrived("POST /command", words);
		await complete(words, [
			"assistant-voice: execute_tool execute_voice_command < tools/call execute_voice_command",
			"assistant: command < execute_tool execute_voice_command",
			"assistant: execute_tool get_time < dispatch",
		]);
	});

	test("a refused call is a failed span with the error's code and no more", async () => {
		const trace = id(16);
		const text = await post(
			"/command",
			{ tool: "nowhere", arguments: { path: "/precious" } },
			{ traceparent: `00-${trace}-${id(8)}-01` },
		);
		expect(replySchema.parse(JSON.parse(text)).error?.code).toBe("not_found");
		await arrived("POST /command", trace);
		await arrived("command", trace);
		const command = collector.spans().find((span) => span.trace === trace && span.name === "command");
		expect(command?.attributes).toMatchObject({ "aios.status": "failed", "error.type": "not_found" });
		expect(JSON.stringify(collector.spans())).not.toContain("precious");
	});

	test("what its caller does not sample is not sent", async () => {
		const trace = id(16);
		await post("/command", { tool: "get_time", arguments: {} }, { traceparent: `00-${trace}-${id(8)}-00` });
		const next = id(16);
		await post("/command", { tool: "get_time", arguments: {} }, { traceparent: `00-${next}-${id(8)}-01` });
		await arrived("POST /command", next);
		expect(tree(collector.spans(), trace)).toEqual([]);
	});
});

test.each([
	["away", "http://127.0.0.1:9", undefined],
	["hanging", undefined, () => new Promise<Response>(() => {})],
	["answering garbage", undefined, () => new Response("x".repeat(5_000_000), { status: 200 })],
	["refusing", undefined, () => new Response("no", { status: 503, headers: { "retry-after": "3600" } })],
])("a collector that is %s costs commands nothing, and the end a second at most", async (_how, away, answer) => {
	const collector = startCollector(answer);
	const warned: string[] = [];
	const log = {
		debug() {},
		info() {},
		error() {},
		warn: (message: string) => void warned.push(message),
		child: () => log,
	};
	const traces = await openTraces({
		settings: tracesSchema.parse({ endpoint: `${away ?? collector.url}/v1/traces`, delayMs: 10, timeoutMs: 300 }),
		version: "1",
		log,
	});
	if (traces === undefined) throw new Error("not opened");
	try {
		const before = heapKept();
		for (let count = 0; count < 20_000; count++) {
			traces.tracer.start("command", { attributes: { "aios.turn.id": String(count) } }).end();
			if (count % 2_000 === 0) await Bun.sleep(1);
		}
		expect(heapKept() - before).toBeLessThan(14_000_000);
		await until("a complaint", 5_000, () => warned.length > 0);
		expect(warned).toEqual(["traces can't be sent"]);
		const began = performance.now();
		await traces.close();
		expect(performance.now() - began).toBeLessThan(3_000);
	} finally {
		collector.stop();
	}
});

test("without a collector nothing of it is loaded", async () => {
	const loaded = Bun.spawnSync([
		process.execPath,
		"-e",
		`import { openTraces } from "./core/process/index.ts";
		 const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
		 const traces = await openTraces({ traces: {}, version: "1" }, log);
		 console.log(String(traces), Object.keys(require.cache).filter((path) => path.includes("@opentelemetry")).length);`,
	]);
	expect(loaded.stdout.toString().trim()).toBe("undefined 0");
});

test("protobuf is what goes out where nothing else is asked for", async () => {
	const collector = startCollector();
	const settings = tracesSchema.parse({
		endpoint: `${collector.url}/v1/traces`,
		resource: "deployment.environment.name=lab",
	});
	const traces = await openTraces({ settings, server: "system", version: "1", log: silentLogger });
	const span = traces?.tracer.start("command");
	span?.end();
	await traces?.close();
	collector.stop();
	expect(collector.headers()[0]?.get("content-type")).toBe("application/x-protobuf");
	const sent = Buffer.concat(collector.bodies());
	expect(sent.includes(Buffer.from(span?.traceparent.split("-")[1] ?? "", "hex"))).toBe(true);
	for (const word of ["aios-system", "deployment.environment.name", "lab"]) expect(sent.includes(word)).toBe(true);
});

/** Bytes this file's own thread has in use, whatever runs beside it. */
function heapKept(): number {
	Bun.gc(true);
	return heapStats().heapSize;
}
