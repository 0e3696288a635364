import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type SystemStatus, systemStatusSchema, tokenAnswerSchema } from "../../../core/contract/index.ts";
import { commandOf, processesBelow, stillAlive } from "./process-tree.ts";
import { until } from "./wait.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** How the tests sign in. */
export const administrator = { username: "admin", password: "correct horse battery staple" };

/** The servers a spoken command needs. */
const needed = ["main", "system", "voice"];

/** Somebody who may sign in, and their JWT. */
export interface Guest {
	username: string;
	password: string;
	token: string;
}

/** The real product, running as a person would run it, on ports and a data folder of its own. */
export interface Product {
	url: string;
	dataDir: string;
	/** The address it printed, with the one-time sign-in token. */
	signInUrl(): Promise<string>;
	/** A JWT of the administrator. */
	token: string;
	get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
	post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
	status(): Promise<SystemStatus>;
	/** Everything it printed. */
	output(): string;
	/** Lets somebody else sign in, and signs them in. */
	welcome(username: string): Promise<Guest>;
	/** Ids of its processes whose command line has this text. */
	processes(text?: string): number[];
	/** Starts it again on the same port and data folder, after `stop` or `kill`. */
	start(): Promise<void>;
	/** Ctrl-C. Gives the exit code and the ids of processes that stayed. */
	stop(): Promise<{ code: number | null; left: number[] }>;
	/** As the power going: every process of it gets SIGKILL. */
	kill(): Promise<void>;
	/** Ends it however it stands and removes its data. */
	dispose(): Promise<void>;
}

/** Starts the product and waits until a spoken command can be served. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
	const dataDir = mkdtempSync(join(tmpdir(), "aios-e2e-"));
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	let child: ChildProcess;
	let output = "";
	let token = "";

	async function start(): Promise<void> {
		child = spawn(process.execPath, [join(root, "core", "main.ts")], {
			cwd: root,
			env: {
				...process.env,
				AIOS_OFFLINE: "true",
				AIOS_ADMIN_PASSWORD: administrator.password,
				...environment,
				AIOS_DATA_DIR: dataDir,
				AIOS_PORT: String(port),
				AIOS_SERVER_PORTS: "0",
			},
			stdio: ["ignore", "pipe", "pipe"],
		});
		output = "";
		for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
		await until(`ready at ${url}`, 30_000, async () => {
			if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
			return (await fetch(`${url}/health`)).ok;
		}).catch((error: Error) => {
			throw new Error(`${error.message}\n${output}`, { cause: error });
		});
		token = await signIn(administrator);
		await until(`${needed.join(", ")} healthy`, 40_000, async () => {
			const { servers } = await status();
			return needed.every((name) => servers.some((server) => server.name === name && server.status === "healthy"));
		}).catch((error: Error) => {
			throw new Error(`${error.message}\n${output}`, { cause: error });
		});
	}

	async function signIn(who: typeof administrator): Promise<string> {
		const signedIn = await fetch(`${url}/token`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(who),
		});
		return tokenAnswerSchema.parse(await signedIn.json()).access_token;
	}

	async function request<T>(path: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
		const answer = await fetch(url + path, {
			...init,
			headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		});
		if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
		return schema.parse(await answer.json());
	}

	const post: Product["post"] = (path, body, schema) =>
		request(path, schema, { method: "POST", body: JSON.stringify(body) });
	const status = () => request("/system/status", systemStatusSchema);
	const pid = () => child.pid ?? -1;
	const processes = (text = "") => processesBelow(pid()).filter((id) => commandOf(id).includes(text));

	async function end(signal: NodeJS.Signals, pids: readonly number[]) {
		const all = processesBelow(pid());
		const gone = new Promise<number | null>((resolve) =>
			child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve(child.exitCode),
		);
		for (const id of pids) {
			if (stillAlive([id]).length > 0) process.kill(id, signal);
		}
		const code = await gone;
		const left = await until("no process left", 5_000, () => stillAlive(all).length === 0 && []).catch(() =>
			stillAlive(all),
		);
		return { code, left };
	}

	async function dispose() {
		await end("SIGKILL", processesBelow(pid()));
		rmSync(dataDir, { recursive: true, force: true });
	}

	await start().catch(async (error: unknown) => {
		await dispose();
		throw error;
	});
	return {
		url,
		dataDir,
		get token() {
			return token;
		},
		signInUrl: () =>
			until("the address with a sign-in token", 5_000, () => /https?:\/\/\S+[?#&]token=\S+/.exec(output)?.[0]),
		get: request,
		post,
		status,
		async welcome(username) {
			const { password } = administrator;
			await post("/users", { name: username, password }, z.unknown());
			return { username, password, token: await signIn({ username, password }) };
		},
		output: () => output,
		processes,
		start,
		stop: () => end("SIGINT", [pid()]),
		kill: async () => {
			await end("SIGKILL", processesBelow(pid()));
		},
		dispose,
	};
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}
