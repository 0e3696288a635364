import type { Command } from "commander";
import type { CliDeps } from "./deps.ts";
import { runPart } from "./run-part.ts";

/** `aios serve NAME`: one server alone, without the assistant. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("serve")
		.description("run one server alone: REST, OpenAPI and MCP on its port; Ctrl-C ends it")
		.argument("<name>", "python, browser, system, …")
		.argument("[settings...]", "settings as flags, as in --port 8010")
		.allowUnknownOption()
		.passThroughOptions()
		.action((name: string, settings: string[]) => runPart("serve.ts", [name, ...settings], deps));
}
