import type { Command } from "commander";
import { sayCount } from "../text/index.ts";
import type { CliDeps } from "./deps.ts";
import { examine } from "./doctor/examine.ts";
import type { Finding } from "./doctor/finding.ts";

/** `aios doctor`: what of this machine works for the assistant, and what to do about the rest. */
export function register(program: Command, deps: Pick<CliDeps, "settings" | "client" | "print">): void {
	program
		.command("doctor")
		.description(
			"look at microphone, models, browser, ports, display, database and what the servers miss, and say what to do",
		)
		.option("--json", "print it as JSON")
		.action(async (options: { json?: true }) => {
			const findings = await examine(await deps.settings(), process.env, deps.client);
			deps.print(options.json ? JSON.stringify(findings, null, 2) : described(findings));
			if (findings.some(({ ok, essential }) => essential && !ok)) process.exitCode = 1;
		});
}

function described(findings: readonly Finding[]): string {
	const width = Math.max(...findings.map(({ part }) => part.length));
	const lines = findings.flatMap(({ part, ok, essential, what, fix }) => [
		`${ok ? "✓" : essential ? "✗" : "!"} ${part.padEnd(width)}  ${what}`,
		...(fix === undefined ? [] : [`${" ".repeat(width + 4)}${fix}`]),
	]);
	const broken = findings.filter(({ ok, essential }) => essential && !ok).length;
	const lesser = findings.filter(({ ok, essential }) => !essential && !ok).length;
	const verdict =
		broken > 0
			? `${sayCount(broken, "essential part")} ${broken === 1 ? "is" : "are"} missing: AIOS cannot run like this.`
			: lesser > 0
				? `AIOS can run; ${sayCount(lesser, "thing")} could be better.`
				: "Everything is in place.";
	return [...lines, "", verdict].join("\n");
}
