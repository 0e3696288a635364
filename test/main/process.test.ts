import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { systemStatusSchema } from "../../core/contract/index.ts";

const root = join(import.meta.dirname, "..", "..");
const dataDir = mkdtempSync(join(tmpdir(), "aios-main-"));
const running = new Set<ReturnType<typeof start>>();
afterEach(async () => {
	for (const aios of running) {
		aios.end();
		await aios.ended;
	}
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const mainProgram = [process.execPath, join(root, "core", "main.ts")];

/** The real main process with a data folder of its own. */
function start(
	env: Record<string, string> = {},
	args: string[] = [],
	{ program: [command = "", ...first] = mainProgram, detached = false } = {},
) {
	const child = spawn(command, [...first, ...args], {
		cwd: root,
		detached,
		env: {
			PATH: process.env.PATH ?? "",
			HOME: process.env.HOME ?? "",
			AIOS_DATA_DIR: dataDir,
			AIOS_PORT: "0",
			AIOS_SERVER_PORTS: "0",
			AIOS_OFFLINE: "true",
			...(process.env.AIOS_MODELS_DIR === undefined ? {} : { AIOS_MODELS_DIR: process.env.AIOS_MODELS_DIR }),
			...env,
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	child.stdout.on("data", (chunk) => {
		output += chunk;
	});
	child.stderr.on("data", (chunk) => {
		output += chunk;
	});
	const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
	const aios = {
		child,
		ended: ended.finally(() => running.delete(aios)),
		/** Kills it, and all it started where it leads a group. */
		end: () => process.kill(detached ? -(child.pid ?? 0) : (child.pid ?? 0), "SIGKILL"),
		output: () => output,
		/** What was printed, once it holds `pattern`. */
		async printed(pattern: RegExp): Promise<RegExpExecArray> {
			for (;;) {
				const found = pattern.exec(output);
				if (found !== null) return found;
				if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
				await Bun.sleep(25);
			}
		},
	};
	running.add(aios);
	return aios;
}

type Running = ReturnType<typeof start>;

async function ready(aios: Running): Promise<string> {
	const [, url = ""] = await aios.printed(/AIOS is at (http:\/\/[^/]+)/);
	while ((await fetch(`${url}/health`)).status !== 200) await Bun.sleep(50);
	return url;
}

async function signIn(aios: Running, url: string): Promise<string> {
	const [, token] = await aios.printed(/\?token=(\S+)/);
	const answer = await post(`${url}/token`, { grant_type: "one_time_token", token });
	return answer.access_token;
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is what it checks
async function post(url: string, body: object, token = ""): Promise<any> {
	const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
	return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** Processes that work for `pid`, by the kernel's own list. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
	const listed = Bun.spawnSync(["ps", "-o", "pid=", "--ppid", String(pid)]).stdout.toString();
	return listed.split("\n").map(Number).filter(Boolean);
}

const alive = (pid: number) =>
	Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)])
		.stdout.toString()
		.trim()
		.match(/^[^Z]/);

test("it starts, shows an address that signs in once, answers, and Ctrl-C leaves no process behind", async () => {
	const aios = start();
	const url = await ready(aios);
	expect(aios.output()).toMatch(/password of the user admin is \S{12,}/);
	const token = await signIn(aios, url);
	expect(await post(`${url}/command`, { text: "what is two plus two" }, token)).toMatchObject({
		status: "done",
		tool: "calculate",
	});
	expect(await post(`${url}/command`, { text: "set a timer for ten minutes" }, token)).toMatchObject({
		status: "done",
	});
	const children = await childrenOf(aios.child.pid);
	expect(children.length).toBeGreaterThan(1);
	aios.child.kill("SIGINT");
	expect(await aios.ended).toBe(0);
	expect(children.filter(alive)).toEqual([]);
}, 60_000);

test.each([
	["npm alone is asked to end", (npm: number) => process.kill(npm, "SIGTERM")],
	["npm alone is killed", (npm: number) => process.kill(npm, "SIGKILL")],
	["everything started with npm is killed", (npm: number) => process.kill(-npm, "SIGKILL")],
])(
	"npm start leaves no assistant behind when %s",
	async (_how, end) => {
		const aios = start({}, [], { program: ["npm", "start"], detached: true });
		const url = await ready(aios);
		end(aios.child.pid ?? 0);
		const answers = () =>
			fetch(`${url}/health`).then(
				() => true,
				() => false,
			);
		await expect.poll(answers, { timeout: 20_000, interval: 200 }).toBe(false);
	},
	60_000,
);

test("what only its user may read is readable by its user only", () => {
	for (const file of ["aios.db", "keys.json", "cli-token", join("logs", "aios.log")]) {
		expect(statSync(join(dataDir, file)).mode & 0o077, file).toBe(0);
	}
});

test("after a kill nothing acknowledged is lost, its processes end, and it starts again", async () => {
	const aios = start();
	const url = await ready(aios);
	expect(aios.output()).not.toContain("password of the user admin");
	const token = await signIn(aios, url);
	expect(await post(`${url}/command`, { text: "add milk to my shopping list" }, token)).toMatchObject({
		status: "done",
	});
	const children = await childrenOf(aios.child.pid);
	aios.child.kill("SIGKILL");
	await aios.ended;
	const again = start();
	const url2 = await ready(again);
	const token2 = await signIn(again, url2);
	const listed = await post(`${url2}/command`, { text: "what is on my shopping list" }, token2);
	expect(listed.reply).toMatch(/milk/i);
	expect(children.filter(alive)).toEqual([]);
	const key = readFileSync(join(dataDir, "cli-token"), "utf8").trim();
	const past = await fetch(`${url2}/history`, { headers: { "x-api-key": key } });
	// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is what it checks
	const { turns }: any = await past.json();
	expect(turns.map(({ text }: { text: string }) => text)).toContain("add milk to my shopping list");
}, 90_000);

test("a server that crashes costs nothing but itself, and comes back", async () => {
	const aios = start();
	const url = await ready(aios);
	const token = await signIn(aios, url);
	const headers = { authorization: `Bearer ${token}` };
	const voice = async () => {
		const status = systemStatusSchema.parse(await (await fetch(`${url}/system/status`, { headers })).json());
		return status.servers.find(({ name }) => name === "voice");
	};
	const pids = Bun.spawnSync(["ps", "-o", "pid=,args=", "--ppid", String(aios.child.pid)]).stdout.toString();
	const pid = Number(/^\s*(\d+) .*serve\.ts voice$/m.exec(pids)?.[1]);
	process.kill(pid, "SIGKILL");
	while ((await voice())?.status === "healthy") await Bun.sleep(20);
	expect(await post(`${url}/command`, { text: "what time is it" }, token)).toMatchObject({ status: "done" });
	while ((await voice())?.status !== "healthy") await Bun.sleep(50);
}, 60_000);

test("a second start with the same data is refused while the first runs", async () => {
	const first = start();
	await first.printed(/AIOS is at/);
	const second = start();
	expect(await second.ended).toBe(1);
	expect(second.output()).toContain(`running already with the data folder ${dataDir}`);
	expect(first.child.exitCode).toBeNull();
}, 30_000);

test("a taken port is named, with what to do", async () => {
	const other = createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => other.once("listening", resolve));
	const address = other.address();
	const port = typeof address === "object" ? address?.port : undefined;
	const aios = start({ AIOS_PORT: String(port) });
	expect(await aios.ended).toBe(1);
	expect(aios.output()).toContain(`Port ${port} is taken`);
	expect(aios.output()).toContain("AIOS_PORT");
	other.close();
}, 30_000);

test.each([
	[{ AIOS_PORT: "ninety" }, [], /port = "ninety" \(AIOS_PORT\)/],
	[{ AIOS_STT_MODEL: "silero-vad" }, [], /not a speech recogniser/],
	[{}, ["--prot", "1"], /--prot: no such setting/],
])(
	"a setting that can't be used stops the start with its name: %j %j",
	async (env, args, message) => {
		const aios = start(env, args);
		expect(await aios.ended).toBe(1);
		expect(aios.output()).toMatch(message);
	},
	30_000,
);
