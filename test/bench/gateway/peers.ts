import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { pythonWith } from "../../fixtures/python-venv.ts";

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
	const installed = await pythonWith(packages);
	return "missing" in installed ? { why: installed.missing } : { python: join(installed.bin, "python") };
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
