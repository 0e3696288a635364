import { builtInServers } from "../servers/index.ts";
import { runServerProcess } from "./process/index.ts";

/** One server as a process of its own: `bun core/serve.ts NAME`, started by the main process over IPC. */
const name = process.argv[2] ?? "";
const load = Object.hasOwn(builtInServers, name) ? builtInServers[name] : undefined;
if (load === undefined) {
	process.stderr.write(
		`There is no server named ${JSON.stringify(name)}: ${Object.keys(builtInServers).join(", ")}.\n`,
	);
	process.exit(2);
}
runServerProcess({ load });
