import { z } from "zod";
import { type Arm, mcp, rest } from "./gateway/arms.ts";
import { checkTimes } from "./gateway/checks.ts";
import { type Measured, measure, median, print } from "./gateway/measure.ts";
import { peersPython, startPeer } from "./gateway/peers.ts";
import { start } from "./gateway/processes.ts";

/**
 * `npm run bench -- gateway [ROUNDS]`: one tool called in every way there is, beside what others do: FastAPI with Uvicorn,
 * FastMCP's proxy, a proxy that does nothing. Each arm with 1 and with 32 clients, in alternating rounds, medians.
 */
const rounds = Number(process.argv[2] ?? 3);
const hostSchema = z.object({ port: z.number(), kit: z.number(), password: z.string() });
const portSchema = z.object({ port: z.number() });
const manyTools = 10_000;

const host = await start("host-process.ts");
const { port, kit, password } = hostSchema.parse(host.said);
const signedIn = await post("/token", { username: "admin", password });
const token = z.object({ access_token: z.string() }).parse(await signedIn.json()).access_token;
const stops: (() => Promise<void>)[] = [host.stop];

const time = { server: "main", tool: "get_time", arguments: {} };
const echo = { server: "kit", tool: "echo", arguments: { text: "hello" } };
const commands: Arm[] = [
	rest("POST /command, tool of the main server", port, "/command", time, '"done"', token),
	rest("POST /command, tool in another process", port, "/command", echo, "You said hello", token),
	rest("POST /command, timers from the database", port, "/command", { ...time, tool: "list_timers" }, '"done"', token),
];
const throughMcp: Arm[] = [];
const python = await peersPython();
if ("why" in python) {
	console.log(`not run: FastAPI, FastMCP: ${python.why}`);
} else {
	const [plain, fast, upstream] = await Promise.all([
		startPeer(python.python, "command", "h11"),
		startPeer(python.python, "command", "httptools"),
		startPeer(python.python, "echo"),
	]);
	const proxy = await startPeer(python.python, "proxy", `http://127.0.0.1:${upstream.port}/mcp`);
	stops.push(plain.stop, fast.stop, upstream.stop, proxy.stop);
	commands.unshift(
		rest("FastAPI, Uvicorn (one worker)", plain.port, "/command", time, '"done"'),
		rest("FastAPI, Uvicorn with uvloop, httptools", fast.port, "/command", time, '"done"'),
	);
	await register("fast", `http://127.0.0.1:${upstream.port}`);
	throughMcp.push(
		mcp("FastMCP server, directly", upstream.port, "/mcp"),
		mcp("the same through FastMCP's proxy", proxy.port, "/mcp"),
		mcp("the same through the gateway", port, "/mcp/fast", token),
	);
}
const least = await start("proxy-process.ts", String(kit));
stops.push(least.stop);
const { port: leastPort } = portSchema.parse(least.said);
const echoes: Arm[] = [
	rest("directly: POST /echo", kit, "/echo", { text: "hello" }, "hello", token),
	rest("through a proxy that only copies", leastPort, "/echo", { text: "hello" }, "hello", token),
	rest("through the gateway: POST /command", port, "/command", echo, "You said hello", token),
	mcp("directly: MCP", kit, "/mcp", token),
	mcp("through the gateway: MCP", port, "/mcp/kit", token),
];

const rows = await measure([...commands, ...echoes, ...throughMcp], rounds);
const take = (arms: readonly Arm[]) => rows.filter(({ name }) => arms.some((arm) => arm.name === name));
print("One command (signed in at the gateway, open at FastAPI)", take(commands));
print("echo, in a process of its own", take(echoes));
if (throughMcp.length > 0) print("echo of a FastMCP server, by MCP 2026-07-28", take(throughMcp));

const { keyUs, tokenUs, newTokenUs } = await checkTimes();
const listMs = await listingMs();
const row = (name: string) => rows.find((one) => one.name === name);
const [fastApi, , ownTool, otherTool] = take(commands);
const direct = row("directly: POST /echo");
const added = (name: string, from: Measured | undefined) => (row(name)?.one.p50 ?? Number.NaN) - (from?.one.p50 ?? 0);
const targets = [
	...("why" in python
		? []
		: [
				target("own tool, × FastAPI", times(ownTool, fastApi), 8),
				target("tool in another process, × FastAPI", times(otherTool, fastApi), 2),
			]),
	target("the gateway adds by POST /command, ms p50", added("through the gateway: POST /command", direct), 0.7, true),
	target("the gateway adds by MCP, ms p50", added("through the gateway: MCP", row("directly: MCP")), 0.7, true),
	target("an API key is checked, µs", keyUs, 20, true),
	target("a token is checked, µs", tokenUs, 20, true),
	target(`${manyTools} registered tools are listed, ms`, listMs, 50, true),
];
console.log("\nTargets\n");
console.table(Object.fromEntries(targets));
console.log(`A token never seen before takes ${newTokenUs.toFixed(0)} µs: its signature is verified.`);
for (const stop of stops) await stop();
process.exit(0);

function target(name: string, found: number, wanted: number, atMost = false) {
	const met = atMost ? found <= wanted : found >= wanted;
	return [name, { found: found.toFixed(2), target: `${atMost ? "≤" : "≥"} ${wanted}`, met }] as const;
}

function times(one: Measured | undefined, other: Measured | undefined): number {
	return (one?.many.perSecond ?? Number.NaN) / (other?.many.perSecond ?? Number.NaN);
}

async function post(path: string, body: object, as?: string): Promise<Response> {
	return fetch(`http://127.0.0.1:${port}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...(as === undefined ? {} : { authorization: `Bearer ${as}` }) },
		body: JSON.stringify(body),
	});
}

async function register(name: string, url: string): Promise<void> {
	const answer = await post("/register_server", { name, url, type: "mcp" }, token);
	if (answer.status !== 201) throw new Error(`${name} could not be registered: ${await answer.text()}`);
}

/** `GET /tools` with many registered, its median over several, the answer read as JSON. */
async function listingMs(): Promise<number> {
	const many = await start("many-process.ts", String(manyTools));
	stops.push(many.stop);
	await register("many", `http://127.0.0.1:${portSchema.parse(many.said).port}`);
	const taken: number[] = [];
	for (let turn = 0; turn < 15; turn++) {
		const began = performance.now();
		const answer = await fetch(`http://127.0.0.1:${port}/tools`, { headers: { authorization: `Bearer ${token}` } });
		const body = await answer.arrayBuffer();
		taken.push(performance.now() - began);
		if (body.byteLength < manyTools * 100) throw new Error("the list of tools is too short");
	}
	return median(taken);
}
