import type { Command } from "commander";
import type { CliDeps } from "./deps.ts";
import { runPart } from "./run-part.ts";

/** `aios start`: as `npm start`. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("start")
		.description("start everything and print the address to open; Ctrl-C ends it")
		.argument("[settings...]", "settings as flags, as in --port 9001")
		.allowUnknownOption()
		.passThroughOptions()
		.action((settings: string[]) => runPart("main.ts", settings, deps));
}
