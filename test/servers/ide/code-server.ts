import { existsSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../e2e/harness/wait.ts";

/** Milliseconds that the installation begun with the test run may still take. */
const installMs = 120_000;

/** The program and first argument that start code-server, once it is installed; undefined where it is not going to be. */
export async function codeServerCommand(): Promise<string[] | undefined> {
	// `npm test` says where it puts it (scripts/lib/code-server.mjs).
	const folder = process.env.TEST_CODE_SERVER;
	if (folder === undefined) return undefined;
	const decided = () => existsSync(folder) || existsSync(`${folder}.failed`);
	// An installation that takes too long is as good as none.
	await until("code-server installed", installMs, decided).catch(() => {});
	if (!existsSync(folder)) return undefined;
	const modules = join(folder, "node_modules");
	return [join(modules, `node-linux-${process.arch}/bin/node`), join(modules, "code-server/out/node/entry.js")];
}
