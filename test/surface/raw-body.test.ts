import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { defineServer, defineTool, silentLogger } from "../../core/contract/index.ts";
import { createServerApp, type ServerApp } from "../../core/surface/index.ts";
import { admin } from "../fixtures/people.ts";

const measure = defineTool({
	name: "measure",
	title: "Measure",
	description: "Tells how large a recording is.",
	effect: "read",
	input: z.object({ audio: z.base64(), unit: z.enum(["bytes", "kilobytes"]).default("bytes") }),
	output: z.object({ size: z.number(), first: z.number().optional() }),
	voice: { en: { sentences: [] } },
	body: { mimeTypes: ["audio/wav"], field: "audio", maxBytes: 3_000 },
	say: ({ size }) => `${size}.`,
	run({ audio, unit }) {
		const bytes = Buffer.from(audio, "base64");
		return { size: unit === "bytes" ? bytes.length : bytes.length / 1_000, first: bytes[0] };
	},
});
const plain = defineTool({ ...measure, name: "plain", voice: { en: { sentences: [] } }, body: undefined });

let app: ServerApp;
let server: Bun.Server<undefined>;

beforeAll(() => {
	app = createServerApp({
		definition: defineServer({
			name: "scales",
			title: "Scales",
			description: "For recordings.",
			port: 1,
			tools: [measure, plain],
			adapters: () => ({}),
		}),
		adapters: {},
		authenticate: () => admin,
		version: "1",
		bodyLimit: 1_000,
		log: silentLogger,
	});
	server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.app.fetch });
});
afterAll(async () => {
	await app.close();
	await server.stop(true);
});

function post(path: string, body: BodyInit, type = "audio/wav") {
	return fetch(`http://127.0.0.1:${server.port}${path}`, { method: "POST", headers: { "content-type": type }, body });
}
const streamed = (bytes: number) =>
	new ReadableStream({
		start(controller) {
			controller.enqueue(new Uint8Array(bytes));
			controller.close();
		},
	});

test("a recording sent as it is reaches the tool byte for byte", async () => {
	const response = await post("/measure", new Uint8Array(2_500).fill(200));
	expect(await response.json()).toEqual({ size: 2_500, first: 200 });
	expect(await (await post("/measure", new Uint8Array(2_000), "Audio/WAV; rate=16000")).json()).toMatchObject({
		size: 2_000,
	});
});

test("the other fields come in the address, and are checked", async () => {
	expect(await (await post("/measure?unit=kilobytes", new Uint8Array(2_500))).json()).toMatchObject({ size: 2.5 });
	expect((await post("/measure?unit=miles", new Uint8Array(10))).status).toBe(400);
	expect((await post("/measure?other=1", new Uint8Array(10))).status).toBe(400);
});

test("a recording that is too large is refused, declared or not", async () => {
	expect((await post("/measure", new Uint8Array(3_001))).status).toBe(413);
	expect((await post("/measure", streamed(3_001))).status).toBe(413);
	expect((await post("/measure", streamed(3_000))).status).toBe(200);
});

test("JSON is still taken, and gets no more room than elsewhere", async () => {
	const json = (bytes: number) => JSON.stringify({ audio: Buffer.alloc(bytes).toString("base64") });
	expect(await (await post("/measure", json(30), "application/json")).json()).toMatchObject({ size: 30 });
	expect((await post("/measure", json(1_500), "application/json")).status).toBe(413);
});

test("other tools take no recordings, and no larger bodies", async () => {
	expect((await post("/plain", new Uint8Array(10))).status).toBe(400);
	expect((await post("/plain", new Uint8Array(2_000))).status).toBe(413);
	expect((await post("/mcp", new Uint8Array(2_000), "application/json")).status).toBe(413);
});

test("the description says that a recording may be sent", async () => {
	const document = await (await fetch(`http://127.0.0.1:${server.port}/openapi.json`)).json();
	expect(Object.keys(document.paths["/measure"].post.requestBody.content)).toEqual(["application/json", "audio/wav"]);
	expect(Object.keys(document.paths["/plain"].post.requestBody.content)).toEqual(["application/json"]);
});
