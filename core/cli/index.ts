import { Command, CommanderError } from "commander";
import { z } from "zod";
import { version } from "../../package.json";
import { AiosError } from "../contract/index.ts";
import * as applications from "./applications.ts";
import * as audit from "./audit.ts";
import * as backup from "./backup.ts";
import { createDeps } from "./deps.ts";
import * as doctor from "./doctor.ts";
import * as keys from "./keys.ts";
import * as listen from "./listen.ts";
import * as models from "./models.ts";
import * as newServer from "./new-server/index.ts";
import * as say from "./say.ts";
import * as serve from "./serve.ts";
import * as servers from "./servers.ts";
import * as speak from "./speak.ts";
import * as start from "./start.ts";
import * as status from "./status.ts";
import * as transcribe from "./transcribe.ts";
import * as users from "./users.ts";

const commands = [
	start,
	say,
	listen,
	transcribe,
	speak,
	status,
	doctor,
	audit,
	backup,
	models,
	keys,
	applications,
	users,
	servers,
	newServer,
	serve,
];

const optionsSchema = z.object({ url: z.string().optional(), key: z.string().optional() });

/** Reads the command line and runs the command. Gives the exit code; every failure is told with what to do about it. */
async function runCli(args: readonly string[]): Promise<number> {
	const stop = new AbortController();
	process.once("SIGINT", () => stop.abort());
	process.once("SIGTERM", () => stop.abort());
	const program = new Command("aios")
		.description("A voice-first assistant that runs on your own machine.")
		.version(version)
		.option("--url <address>", "the assistant to talk to (default: the one that runs here)")
		.option("--key <key>", "API key for it (default: this machine's own)")
		.exitOverride()
		.enablePositionalOptions()
		.showHelpAfterError("(aios --help shows every command)");
	const deps = createDeps(() => optionsSchema.parse(program.opts()), stop.signal);
	for (const { register } of commands) register(program, deps);
	try {
		await program.parseAsync(args, { from: "user" });
		return Number(process.exitCode ?? 0);
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode;
		if (stop.signal.aborted) return 130;
		const { message, fix } = AiosError.from(error);
		deps.note(`✗ ${message}`);
		if (fix !== undefined) deps.note(`  ${fix}`);
		return 1;
	}
}

process.exit(await runCli(process.argv.slice(2)));
