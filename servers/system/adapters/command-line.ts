import { parse } from "shell-quote";
import { AiosError } from "../../../core/contract/index.ts";

/**
 * Splits a command line into words as a shell would, without giving any of them a shell's power. Throws `bad_request`
 * for pipes, redirections, variables, patterns and whatever else only a shell can do.
 */
export function splitCommand(line: string): string[] {
	const needsShell = (what: string) =>
		new AiosError(
			"bad_request",
			`The command uses ${what}, which only a shell understands; commands run without one.`,
			{
				spoken: "That command needs a shell, and I run commands without one.",
				fix: "Run the programs one by one, or set shell to true to have a shell read the whole line.",
			},
		);
	if (/[\n\r]/.test(line)) throw needsShell("several lines");
	if (hasOpenQuote(line)) {
		throw new AiosError("bad_request", "A quote in the command is never closed.", {
			fix: "Close it, or put a backslash before it.",
		});
	}
	if (/`/.test(line)) throw needsShell("a command inside a command");
	const words = parse(line, (name) => ({ op: `$${name}` })).map((word) => {
		if (typeof word === "string") return word;
		if ("comment" in word) throw needsShell("a comment");
		throw needsShell(
			word.op === "glob" ? "a pattern" : word.op.startsWith("$") ? `the variable ${word.op}` : `"${word.op}"`,
		);
	});
	if (words.length === 0 || words[0] === "")
		throw new AiosError("bad_request", "The command is empty.", { fix: "Say which program to run." });
	return words;
}

/** Whether a quote is opened and never closed, which the parser would close at the end by itself. */
function hasOpenQuote(line: string): boolean {
	const rest = line.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, "");
	return /['"]/.test(rest);
}

/** The command line that has the platform's shell read `line`. */
export function shellCommand(line: string): string[] {
	return process.platform === "win32"
		? ["powershell", "-NoProfile", "-NonInteractive", "-Command", line]
		: ["sh", "-c", line];
}
