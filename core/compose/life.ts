import { join } from "node:path";
import { builtInServers } from "../../servers/index.ts";
import { type Config, forgetSecrets, loadConfig, tellAddress } from "../config/index.ts";
import { AiosError, type Logger } from "../contract/index.ts";
import { createLogger } from "../log/index.ts";
import { lockFolder, openStore, type Store } from "../store/index.ts";

/** The assistant while it runs. */
export interface Running {
	/** Where the page is, with the one-time token. */
	address: string;
	newPassword: string | undefined;
	/** Resolves when every server has started or has failed once; gives those that failed, with why. */
	ready: Promise<{ name: string; reason: string }[]>;
	stop(): Promise<void>;
}

export type Start = (config: Config, store: Store, log: Logger) => Promise<Running>;

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Reads the settings, takes the data folder for itself, starts everything and says where it is; ends all of it cleanly
 * when told to (Ctrl-C, or the system's word). Throws AiosError where it can't start.
 */
export async function live(argv: readonly string[], start: Start): Promise<void> {
	const sections = Object.fromEntries(
		Object.entries(builtInServers).map(([name, load]) => [name, async () => (await load()).settings] as const),
	);
	const config = await loadConfig({ argv, sections });
	forgetSecrets();
	if (config.databaseUrl !== undefined || config.redisUrl !== undefined) {
		throw new AiosError("unsupported", "This version keeps its data in SQLite only, in the data folder.", {
			fix: "Remove AIOS_DATABASE_URL and AIOS_REDIS_URL from the settings.",
		});
	}
	const unlock = lockFolder(config.dataDir);
	const { log, file, close: closeLog } = createLogger({ dir: join(config.dataDir, "logs"), level: config.logLevel });
	process.on("unhandledRejection", (reason) => log.error("a promise was rejected unheard", describe(reason)));
	process.on("uncaughtException", (error) => log.error("an error was thrown unheard", describe(error)));
	const store = openStore({ path: join(config.dataDir, "aios.db"), log });
	let running: Running;
	try {
		running = await start(config, store, log);
	} catch (thrown) {
		store.close();
		throw thrown;
	}
	const forgetAddress = tellAddress(config.dataDir, new URL(running.address).origin);
	let ending = false;
	const end = async () => {
		if (ending) process.exit(130);
		ending = true;
		say("\nStopping… (press Ctrl-C again to stop at once)");
		forgetAddress();
		await running.stop();
		store.close();
		unlock();
		closeLog();
		say("Stopped.");
		process.exit(0);
	};
	process.on("SIGINT", end);
	process.on("SIGTERM", end);
	process.on("SIGHUP", end);
	// Whoever started this is gone (`npm start` was killed): nobody could end it any more.
	process.on("disconnect", () => {
		if (!ending) void end();
	});

	if (running.newPassword !== undefined) {
		say(`The password of the user admin is ${running.newPassword}`);
		say("It is shown only now: keep it, or change it on the page.\n");
	}
	say(`AIOS is at ${running.address}`);
	say("Open it in a browser on this machine (the token signs you in once), and say \u201cwhat time is it\u201d.");
	say(`The log is ${file}. Ctrl-C stops it.`);
	const failed = await running.ready;
	if (ending) return;
	for (const { name, reason } of failed) say(`The ${name} server is not up: ${reason}`);
	say(failed.length === 0 ? "Everything is up." : "The rest is up.");
}

function describe(thrown: unknown): Record<string, unknown> {
	return thrown instanceof Error ? { error: thrown.message, stack: thrown.stack } : { error: String(thrown) };
}
