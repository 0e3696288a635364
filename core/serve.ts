import { join } from "node:path";
import { z } from "zod";
import { version } from "../package.json";
import { builtInServers, loadSpeechHost } from "../servers/index.ts";
import { AiosError, type Logger, type ServerDefinition, type SpeechEngines, systemClock } from "./contract/index.ts";
import { openTraces, permitDirect, runServerProcess, type ServerProcessDeps, startServer } from "./process/index.ts";
import { digest } from "./text/index.ts";

/**
 * One server in a process of its own: `bun core/serve.ts NAME`. Started by the main process it is told everything over
 * IPC; started by a person (`aios serve NAME [--port 8010 …]`) it reads the settings and checks credentials itself.
 */
const [name = "", ...argv] = process.argv.slice(2);
const load = Object.hasOwn(builtInServers, name) ? builtInServers[name] : undefined;
if (load === undefined) {
	say(`There is no server named ${JSON.stringify(name)}. There are: ${Object.keys(builtInServers).join(", ")}.`);
	process.exit(2);
} else if (process.send !== undefined) {
	runServerProcess({ load, ...(name === "voice" ? { speech: serveEngines } : {}) });
} else {
	serveAlone(load).catch((thrown) => {
		const { message, fix } = AiosError.from(thrown);
		say(fix === undefined ? message : `${message}\n${fix}`);
		process.exit(1);
	});
}

interface SpeechParts {
	dirs: string[];
	dataDir: string;
	stt: string;
	voice: string;
}

/** Where the voice server finds its models, and which it takes. */
const speechParts = z.object({
	speech: z.object({ dirs: z.array(z.string()), dataDir: z.string(), stt: z.string(), voice: z.string() }),
});

/** Loads the speech engines, which live in the voice server's process alone. */
async function loadEngines({ dirs, dataDir, stt, voice }: SpeechParts, log: Logger): Promise<SpeechEngines> {
	const { createSpeechEngines } = await import("../models/engines.ts");
	return createSpeechEngines({ places: { dirs, dataDir }, stt, voice, log });
}

/** Loads them and serves them to the main process on the "speech" topic. */
async function serveEngines(...[start, lines, log, tracer]: Parameters<NonNullable<ServerProcessDeps["speech"]>>) {
	const [engines, serveSpeech] = await Promise.all([
		loadEngines(speechParts.parse(start.parts).speech, log),
		loadSpeechHost(),
	]);
	serveSpeech(engines, lines.channel("speech"), tracer);
	return engines;
}

async function serveAlone(loadDefinition: () => Promise<ServerDefinition>): Promise<void> {
	// Only this way needs them, and every server's process would pay for them.
	const [{ childEnvironment, loadConfig }, { auditDirect, openDoors }, { createLogger }, { audit, openStore }] =
		await Promise.all([
			import("./config/index.ts"),
			import("./gateway/index.ts"),
			import("./log/index.ts"),
			import("./store/index.ts"),
		]);
	const definition = await loadDefinition();
	const config = await loadConfig({ argv, sections: { [name]: async () => definition.settings } });
	const { log, close } = createLogger({ dir: join(config.dataDir, "logs"), level: config.logLevel });
	const store = openStore({ path: join(config.dataDir, "aios.db"), log });
	const { authenticateFor, hosts, newPassword } = await openDoors({ config, store, clock: systemClock });
	const rows = audit(store);
	const keep = auditDirect({
		clock: systemClock,
		keepAudit(row) {
			rows.add(row);
			return undefined;
		},
	});
	const { modelsDir, dataDir, sttModel, voice } = config;
	const speech = { dirs: modelsDir, dataDir, stt: sttModel, voice: voice.ttsVoice ?? "auto" };
	const traces = await openTraces({ traces: config.traces, version, server: name }, log);
	const place = Object.keys(builtInServers).indexOf(name);
	const own = config.serverPorts === 0 ? 0 : config.serverPorts + place;
	const server = await startServer({
		definition,
		start: {
			version,
			// `--port` of the command line means this server, which is all there is.
			port: argv.some((word) => /^--port(=|$)/.test(word)) ? config.port : own,
			host: config.host,
			dataDir: join(dataDir, "servers", name),
			settings: config.servers[name],
			childEnv: childEnvironment(),
			folders: { allowed: config.folders, denied: [dataDir] },
			hosts,
			logLevel: config.logLevel,
		},
		authenticate: (request) => authenticateFor(name, credentialOf(request)),
		authorize: permitDirect,
		record: async ({ user, tool, input, error }) =>
			keep({ user, server: name, tool: tool.name, digest: digest(input), code: error?.code }),
		engines: name === "voice" ? await loadEngines(speech, log) : undefined,
		log,
		tracer: traces?.tracer,
	});
	if (newPassword !== undefined)
		say(`The password of the user admin is ${newPassword}; it is shown only now: keep it.`);
	say(
		`The ${definition.title} server is at http://${config.host}:${server.port} (/openapi.json, /mcp). Ctrl-C stops it.\nThe key in ${join(dataDir, "cli-token")} opens it, as does any other of this data folder.`,
	);
	const end = async () => {
		await server.stop();
		await traces?.close();
		store.close();
		close();
		process.exit(0);
	};
	process.on("SIGINT", end);
	process.on("SIGTERM", end);
}

function credentialOf({ headers }: Request): string {
	const bearer = /^Bearer +([^\s]+)$/i.exec(headers.get("authorization") ?? "")?.[1];
	const credential = bearer ?? headers.get("x-api-key");
	if (credential === null) throw new AiosError("unauthenticated", "Sign in first.");
	return credential;
}

function say(text: string): void {
	process.stderr.write(`${text}\n`);
}
