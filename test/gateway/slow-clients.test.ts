import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AiosError, silentLogger } from "../../core/contract/index.ts";
import { startServer } from "../../core/process/index.ts";
import { kit } from "../fixtures/kit/index.ts";
import { admin } from "../fixtures/people.ts";
import { startApp } from "./support/app.ts";

/** Strangers that open connections and send next to nothing, as Slowloris does. */
const strangers = 100;
/** One byte every so many milliseconds: more often than the time that is allowed between bytes. */
const dripMs = 250;

let app: Awaited<ReturnType<typeof startApp>>;
let server: Awaited<ReturnType<typeof startServer>>;
const dataDir = mkdtempSync(join(tmpdir(), "slow-"));
beforeAll(async () => {
	app = await startApp({ idleSeconds: 1 });
	server = await startServer({
		definition: kit,
		start: {
			port: 0,
			host: "127.0.0.1",
			version: "1",
			dataDir,
			childEnv: {},
			folders: { allowed: [], denied: [] },
			settings: {},
			hosts: [],
			logLevel: "info",
		},
		authenticate(request) {
			if (request.headers.get("authorization") === "Bearer admin") return admin;
			throw new AiosError("unauthenticated", "Sign in first.");
		},
		engines: undefined,
		log: silentLogger,
		idleSeconds: 1,
	});
});
afterAll(async () => {
	await app.stop();
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
});

const json = "Host: localhost\r\nContent-Type: application/json\r\n";
const beginnings: [string, string][] = [
	["headers that never end", "GET /system/status HTTP/1.1\r\nHost: localhost\r\nX-More: "],
	["a body that never ends", `POST /token HTTP/1.1\r\n${json}Content-Length: 900\r\n\r\n`],
	[
		"a body that never ends, and a made-up key",
		`POST /command HTTP/1.1\r\n${json}X-API-Key: x\r\nContent-Length: 900\r\n\r\n`,
	],
	["a body in chunks that never end", `POST /token HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\nff\r\n`],
	["not a word", ""],
];
const doors: [string, { port(): number; served(): Promise<number> }][] = [
	[
		"the main port",
		{
			port: () => app.gateway.port,
			served: async () => (await app.send("/system/status", { as: app.admin })).status,
		},
	],
	["a server's port", { port: () => server.port, served: async () => (await call("add", { a: 1, b: 1 })).status }],
];

function call(tool: string, input: object): Promise<Response> {
	return fetch(`http://127.0.0.1:${server.port}/${tool}`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: "Bearer admin" },
		body: JSON.stringify(input),
	});
}

/** Opens a connection that drips; resolves when the server has closed it. */
async function drip(port: number, beginning: string): Promise<void> {
	const closed = Promise.withResolvers<void>();
	const socket = await Bun.connect({
		hostname: "127.0.0.1",
		port,
		socket: { data() {}, close: () => closed.resolve(), error: () => closed.resolve() },
	});
	socket.write(beginning);
	const timer = setInterval(() => beginning !== "" && socket.write("a"), dripMs);
	await closed.promise;
	clearInterval(timer);
}

describe.concurrent.each(doors)("%s", (_where, { port, served }) => {
	test.each(beginnings)(
		"%s: whoever sends them is shut out, and others are served meanwhile",
		async (_what, beginning) => {
			const all = Promise.all(Array.from({ length: strangers }, () => drip(port(), beginning)));
			let waiting = true;
			void all.then(() => {
				waiting = false;
			});
			let times = 0;
			while (waiting) {
				expect(await served()).toBe(200);
				times += 1;
				await Bun.sleep(50);
			}
			expect(times).toBeGreaterThan(3);
			await all;
		},
	);
});

test.concurrent("whoever is let in waits for an answer as long as it takes, and is served after a pause too", async () => {
	const started = performance.now();
	expect((await call("wait", { ms: 1_900 })).status).toBe(200);
	expect(performance.now() - started).toBeGreaterThan(1_500);
	await Bun.sleep(2_500);
	expect((await call("add", { a: 1, b: 1 })).status).toBe(200);
});
