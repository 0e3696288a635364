import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SystemStatus } from "../../core/contract/index.ts";
import { startApp } from "./support/app.ts";

const shown = (name: string, type: string, url: string): SystemStatus["servers"][number] => ({
	name,
	title: name,
	type,
	status: "unhealthy",
	reason: `${url} does not answer in time.`,
	tools: 1,
	replicas: [{ url, status: "unhealthy", latency_ms: null }],
	requirements: [],
});
const own = shown("system", "built-in", "http://127.0.0.1:8002");
const servers = [
	own,
	shown("hosted", "mcp", "https://mcp.example.org/s/hush-path/mcp"),
	shown("program", "mcp", "stdio:/usr/bin/notes --token hush-argument"),
];

let app: Awaited<ReturnType<typeof startApp>>;
const tokens: Record<string, string> = {};
beforeAll(async () => {
	app = await startApp({ servers });
	tokens.admin = app.admin;
	tokens.user = await app.person("uma", "user");
	tokens.guest = await app.person("gus", "guest");
	tokens.key = (await app.send("/api_keys", { json: { name: "k", scopes: ["main:*:*"] }, as: app.admin })).body.key;
});
afterAll(() => app.stop());

async function statuses(token = ""): Promise<SystemStatus[]> {
	const socket = io(app.url, { auth: { token }, transports: ["websocket"] });
	const live = await new Promise<SystemStatus>((resolve) => socket.once("status", resolve));
	socket.close();
	return [live, (await app.send("/system/status", { as: token })).body];
}

test("whoever looks after servers sees where they are", async () => {
	for (const status of await statuses(tokens.admin)) expect(status.servers).toEqual(servers);
});

test.each(["user", "guest", "key"])("a %s sees how they are, and nothing that lets one in there", async (who) => {
	for (const status of await statuses(tokens[who])) {
		expect(JSON.stringify(status)).not.toContain("hush");
		expect(status.servers[0]).toEqual(own);
		expect(status.servers.slice(1).map(({ name, status: how, replicas }) => [name, how, replicas[0]?.url])).toEqual([
			["hosted", "unhealthy", "https://mcp.example.org"],
			["program", "unhealthy", "stdio:"],
		]);
	}
});
