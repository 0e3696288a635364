import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../../core/cli/client.ts";
import { lookAtBrowser } from "../../core/cli/doctor/browser.ts";
import { lookAtDatabase } from "../../core/cli/doctor/database.ts";
import { lookAtDisplay } from "../../core/cli/doctor/display.ts";
import { lookAtMicrophone } from "../../core/cli/doctor/microphone.ts";
import { lookAtModels } from "../../core/cli/doctor/models.ts";
import { lookAtPorts } from "../../core/cli/doctor/ports.ts";
import { lookAtStorage } from "../../core/cli/doctor/storage.ts";
import { register } from "../../core/cli/doctor.ts";
import { loadConfig } from "../../core/config/index.ts";
import { AiosError } from "../../core/contract/index.ts";
import { openStore } from "../../core/store/index.ts";
import { temporaryFolder } from "../models/places.ts";

let servers: Server[] = [];
let sockets: Socket[] = [];
let exitCode: typeof process.exitCode;

beforeEach(() => {
	exitCode = process.exitCode;
});

afterEach(async () => {
	process.exitCode = exitCode ?? 0;
	for (const socket of sockets) socket.destroy();
	for (const server of servers) await new Promise((resolve) => server.close(resolve));
	servers = [];
	sockets = [];
});

/** Takes a free port with something that is not AIOS, or with something that answers like it. */
async function taken(health?: object): Promise<number> {
	const server =
		health === undefined
			? createServer((socket) => socket.end("hello\n"))
			: createHttpServer((_request, response) => response.end(JSON.stringify(health)));
	servers.push(server);
	server.on("connection", (socket: Socket) => sockets.push(socket));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("no port");
	return address.port;
}

const shell = (script: string) => () => ({ command: "sh", args: ["-c", script] });

describe("aios doctor", () => {
	const stopped = () => Promise.reject(new AiosError("unavailable", "AIOS does not answer."));
	let client: () => Promise<Client> = stopped;

	async function aiosDoctor(env: Record<string, string>, ...args: string[]): Promise<string> {
		let printed = "";
		const program = new Command().exitOverride();
		register(program, {
			settings: () => loadConfig({ env }),
			client,
			print: (text) => {
				printed += text;
			},
		});
		await program.parseAsync(["doctor", ...args], { from: "user" });
		return printed;
	}

	test("names what the servers of the running assistant miss", async () => {
		const requirements = [
			{ name: "display", ok: false, detail: "none" },
			{ name: "editor", ok: false, detail: "no VS Code", fix: "Install it." },
			{ name: "git", ok: true, detail: "/usr/bin/git" },
		];
		const ide = {
			name: "ide",
			title: "IDE",
			type: "built-in",
			status: "healthy",
			tools: 1,
			replicas: [],
			requirements,
		};
		const voice = { stt: "", tts: "", vad: "", listening: false };
		const load = { cpu: 0, memory_bytes: 0, turns: 0 };
		const status = { status: "healthy", version: "1", uptime_s: 1, servers: [ide], voice, load };
		const request: Client["request"] = (_method, _path, schema) => schema.parseAsync(status);
		client = async () => ({ url: "", key: "", request });
		const env = { AIOS_DATA_DIR: temporaryFolder(), AIOS_PORT: "0", AIOS_SERVER_PORTS: "0" };
		const findings: { part: string }[] = JSON.parse(await aiosDoctor(env, "--json"));
		client = stopped;
		expect(findings.filter(({ part }) => part === "ide" || part === "servers")).toEqual([
			{ part: "ide", ok: false, essential: false, what: "editor: no VS Code.", fix: "Install it." },
		]);
	});

	test("looks at every part and gives it as JSON", async () => {
		const env = { AIOS_DATA_DIR: temporaryFolder(), AIOS_PORT: "0", AIOS_SERVER_PORTS: "0" };
		const findings: { part: string }[] = JSON.parse(await aiosDoctor(env, "--json"));
		const parts = new Set(findings.map(({ part }) => part));
		expect([...parts].sort()).toEqual([
			"browser",
			"data folder",
			"database",
			"display",
			"microphone",
			"models",
			"ports",
			"servers",
		]);
		expect(process.exitCode ?? 0).toBe(0);
	});

	test("ends with 1 and names the part where an essential one is missing", async () => {
		const env = { AIOS_DATA_DIR: temporaryFolder(), AIOS_PORT: String(await taken()), AIOS_SERVER_PORTS: "0" };
		const printed = await aiosDoctor(env);
		expect(printed).toMatch(/✗ ports .*taken by another program/);
		expect(printed).toContain("AIOS_PORT");
		expect(printed).toContain("1 essential part is missing");
		expect(process.exitCode).toBe(1);
	});
});

describe("ports", () => {
	test("AIOS that is already running is not in its own way", async () => {
		const port = await taken({ status: "healthy" });
		const [finding] = await lookAtPorts({ host: "127.0.0.1", port, serverPorts: 0 });
		expect(finding).toMatchObject({ ok: true, what: `AIOS is running on port ${port}.` });
	});

	test("a taken port of one server is no reason not to start", async () => {
		const port = await taken();
		const findings = await lookAtPorts({ host: "127.0.0.1", port: 0, serverPorts: port });
		expect(findings.find(({ ok }) => !ok)).toMatchObject({ essential: false, what: expect.stringContaining("python") });
	});
});

describe("models", () => {
	test("a fresh install can hear, and says what would make it better", async () => {
		const findings = await lookAtModels({
			modelsDir: [],
			dataDir: temporaryFolder(),
			sttModel: "auto",
			offline: false,
		});
		expect(findings.filter(({ essential }) => essential).every(({ ok }) => ok)).toBe(true);
		expect(findings.find(({ ok }) => !ok)?.fix).toContain("aios models pull smart-turn");
		expect(findings[0]?.what).toContain("whisper-tiny.en is downloaded after the start");
	});

	test("a recogniser that does not exist is essential and the choices are named", async () => {
		const findings = await lookAtModels({
			modelsDir: [],
			dataDir: temporaryFolder(),
			sttModel: "whisper-9",
			offline: false,
		});
		expect(findings[0]).toMatchObject({ ok: false, essential: true, fix: expect.stringContaining("moonshine-base") });
	});

	test("a truncated file is named with its path", async () => {
		const dataDir = temporaryFolder();
		const folder = join(dataDir, "own");
		cpSync(
			join("node_modules", "@ricky0123", "vad-web", "dist", "silero_vad_v5.onnx"),
			join(folder, "silero-vad", "silero_vad_v5.onnx"),
		);
		await truncate(join(folder, "silero-vad", "silero_vad_v5.onnx"), 1_000_000);
		const findings = await lookAtModels({ modelsDir: [folder], dataDir, sttModel: "auto", offline: false });
		expect(findings.find(({ what }) => what.includes(join(folder, "silero-vad")))).toMatchObject({ ok: false });
	});
});

describe("microphone", () => {
	test("one that delivers sound is fine", async () => {
		expect(await lookAtMicrophone(shell("head -c 64000 /dev/urandom; sleep 9"))).toMatchObject({ ok: true });
	});

	test("a muted one, a missing one and a missing recorder are told apart, each with what to do", async () => {
		const muted = await lookAtMicrophone(shell("head -c 64000 /dev/zero"));
		expect(muted).toMatchObject({ ok: false, what: expect.stringContaining("silence") });
		const missing = await lookAtMicrophone(shell("echo 'no such device' >&2; exit 1"));
		expect(missing).toMatchObject({ ok: false, what: expect.stringContaining("no such device") });
		const without = await lookAtMicrophone(() => {
			throw new AiosError("missing_part", "No recorder.", { fix: "Install one for the microphone." });
		});
		expect(without).toMatchObject({ ok: false, what: expect.stringContaining("No recorder.") });
		for (const { fix, essential } of [muted, missing, without]) {
			expect(fix).toContain("microphone");
			expect(essential).toBe(false);
		}
	});

	test("one that never delivers anything is given up", async () => {
		expect(await lookAtMicrophone(shell("exec sleep 60"))).toMatchObject({ ok: false });
	});
});

describe("display", () => {
	test("without one it says so and how to have one", async () => {
		expect(await lookAtDisplay({}, "linux")).toMatchObject({ ok: false, fix: expect.stringContaining("xvfb-run") });
		expect(await lookAtDisplay({ DISPLAY: ":987" }, "linux")).toMatchObject({ ok: false });
	});

	test("one that answers is found", async () => {
		const path = join(temporaryFolder(), "wayland-7");
		const server = createServer(() => {});
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(path, resolve));
		expect(await lookAtDisplay({ WAYLAND_DISPLAY: path }, "linux")).toMatchObject({ ok: true });
	});
});

describe("browser", () => {
	test("without one it says what to install", async () => {
		expect(await lookAtBrowser({ PATH: temporaryFolder() }, "linux")).toMatchObject({
			ok: false,
			fix: expect.stringContaining("chromium"),
		});
	});

	test("one that does not start is not taken for one that does", async () => {
		const folder = temporaryFolder();
		await writeFile(join(folder, "chromium"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
		expect(await lookAtBrowser({ PATH: `${folder}:/bin:/usr/bin` }, "linux")).toMatchObject({ ok: false });
	});
});

test("a data folder that does not exist yet is judged by where it will be made", async () => {
	expect(await lookAtStorage(join(temporaryFolder(), "not", "there", "yet"))).toMatchObject({ ok: true });
	const file = join(temporaryFolder(), "file");
	await writeFile(file, "");
	await mkdir(join(temporaryFolder(), "x"));
	expect(await lookAtStorage(join(file, "below"))).toMatchObject({ ok: false });
});

test("a database that is whole, not there yet, or damaged is told apart, with what to do", async () => {
	const folder = temporaryFolder();
	expect(await lookAtDatabase(folder)).toMatchObject({ ok: true, what: "It is made at the first start." });
	const path = join(folder, "aios.db");
	const store = openStore({ path });
	expect(await lookAtDatabase(folder)).toMatchObject({ ok: true, what: expect.stringContaining("is whole") });
	store.close();
	const bytes = readFileSync(path);
	bytes.fill(0xa5, 8_192);
	writeFileSync(path, bytes);
	expect(await lookAtDatabase(folder)).toMatchObject({
		ok: false,
		essential: true,
		fix: expect.stringContaining("copy a backup"),
	});
});
