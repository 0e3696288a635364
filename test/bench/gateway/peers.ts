import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

export interface Peer {
	port: number;
	stop(): Promise<void>;
}

const packages = ["fastapi", "fastmcp", "uvicorn", "httptools", ...(process.platform === "win32" ? [] : ["uvloop"])];
const script = resolve(import.meta.dirname, "peers.py");
/** Milliseconds a peer may take until it answers. */
const startMs = 30_000;

/** The interpreter that has the peers' packages, from PyPI into a virtual environment that is kept; or why there is none. */
export async function peersPython(): Promise<{ python: string } | { why: string }> {
	const python = Bun.which("python3");
	if (python === null) return { why: "there is no python3" };
	const venv = join(cacheDir(), "gateway-peers");
	const own = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
	try {
		if (!existsSync(join(venv, "ready"))) {
			console.log("installing the peers from PyPI (once)\n");
			mkdirSync(venv, { recursive: true });
			await execa(python, ["-m", "venv", venv], { timeout: 120_000 });
			await execa(own, ["-m", "pip", "install", "--quiet", ...packages], { timeout: 600_000 });
			writeFileSync(join(venv, "ready"), "");
		}
		return { python: own };
	} catch (error) {
		return { why: `the peers could not be installed: ${String(error).split("\n")[0]}` };
	}
}

/** Starts one of peers.py; resolves when it takes connections. */
export async function startPeer(python: string, ...words: string[]): Promise<Peer> {
	const port = await freePort();
	const child = Bun.spawn([python, script, ...words, String(port)], { stdout: "ignore", stderr: "inherit" });
	const until = performance.now() + startMs;
	for (;;) {
		const up = await fetch(`http://127.0.0.1:${port}/`).then(
			() => true,
			() => false,
		);
		if (up) break;
		if (child.exitCode !== null || performance.now() > until)
			throw new Error(`peers.py ${words.join(" ")} did not start`);
		await Bun.sleep(100);
	}
	return {
		port,
		async stop() {
			child.kill();
			await child.exited;
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((found, fail) => {
		const server = createServer().on("error", fail);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => found(typeof address === "object" ? (address?.port ?? 0) : 0));
		});
	});
}

/** The platform's folder for what can be fetched again. */
function cacheDir(): string {
	if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "AIOS");
	if (process.platform === "win32") return join(homedir(), "AppData", "Local", "AIOS", "Cache");
	return join(homedir(), ".cache", "aios");
}
