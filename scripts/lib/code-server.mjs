import { existsSync, mkdirSync, rmSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { npm } from "./install.mjs";
import { warn } from "./say.mjs";

/** VS Code for a browser, and the Node it runs on. Its install scripts would need that Node and a compiler; nothing of what they build is needed to open a file. */
const packages = ["code-server@4.139.1", `node-linux-${process.arch}@24.21.0`];

const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"];

/** Where code-server is kept for the tests of every checkout of this person. */
export const codeServerFolder = join(
	process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
	"aios-tests",
	"code-server-4.139.1",
);

/**
 * Begins to install code-server (about 20 s and 0.7 GB, once) while tests run already; whoever needs it waits for the
 * folder, or for the file beside it that says why there will be none. Gives a function that ends what is still running.
 */
export function beginCodeServer() {
	if (process.platform !== "linux" || existsSync(codeServerFolder)) return () => {};
	const staging = `${codeServerFolder}.${process.pid}`;
	const failure = `${codeServerFolder}.failed`;
	rmSync(failure, { force: true });
	mkdirSync(staging, { recursive: true });
	const ended = new AbortController();
	void install(staging, ended.signal).catch(async (error) => {
		await rm(staging, { recursive: true, force: true });
		if (ended.signal.aborted) return;
		warn(`code-server could not be installed (${error.message}): the test that needs it is skipped`);
		await writeFile(failure, error.message);
	});
	return () => {
		ended.abort();
		rmSync(staging, { recursive: true, force: true });
	};
}

async function install(staging, signal) {
	await writeFile(join(staging, "package.json"), '{ "private": true }');
	await mustRun(["install", ...quiet, ...packages], { cwd: staging, signal });
	// The editor inside brings a list of packages of its own.
	const editor = join(staging, "node_modules", "code-server", "lib", "vscode");
	await mustRun(["install", ...quiet, "--omit=dev", "--omit=optional"], { cwd: editor, signal });
	await rename(staging, codeServerFolder).catch((error) => {
		// Another run was faster.
		if (!existsSync(codeServerFolder)) throw error;
	});
	await rm(staging, { recursive: true, force: true });
}

async function mustRun(args, options) {
	const { code, output } = await npm(args, options);
	if (code !== 0) throw new Error(output.trim().split("\n")[0] || `npm ended with ${code}`);
}
