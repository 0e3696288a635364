import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { ProcessInfo } from "../host.ts";

/** Programs that run another one's file: what they run is named by their first argument that is no option. */
const interpreters = /^(?:python[\d.]*|node|bun|perl|ruby|sh|bash|dash|java|gjs|env)$/;

/** The name of a program's file as processes show it: lower case, without folder and ".exe". */
function programName(path: string): string {
	return basename(path.replaceAll("\\", "/"))
		.toLowerCase()
		.replace(/\.exe$/, "");
}

/** The program a command line starts: behind `env` with its settings, `flatpak run` and interpreters, too. */
export function programOf(argv: readonly string[]): string {
	const [first = "", ...rest] = argv;
	const name = programName(first);
	const words = rest.filter((word) => !/^\w+=/.test(word));
	if (name === "flatpak") {
		const command = rest.find((word) => word.startsWith("--command="))?.slice("--command=".length);
		return programName(command ?? words.filter((word) => !word.startsWith("-"))[1] ?? first);
	}
	const file = interpreters.test(name) ? words.find((word) => !word.startsWith("-")) : undefined;
	return file === undefined ? name : programName(file);
}

/** The names under which a program found on the path runs: its own, and those of the file a link leads to. */
export function namesOfProgram(argv: readonly string[], path: string): string[] {
	const found = Bun.which(argv[0] ?? "", { PATH: path });
	const named = programOf(argv);
	if (found === null || programName(argv[0] ?? "") !== named) return [named];
	return [...new Set([named, programName(realpathOf(found))])];
}

function realpathOf(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return path;
	}
}

/** The names a running process goes by: its own and that of the file it runs. */
export function namesOfProcess({ name, command }: Pick<ProcessInfo, "name" | "command">): string[] {
	return [...new Set([programName(name), programOf(command.split(" ")).replace(/:$/, "")])];
}
