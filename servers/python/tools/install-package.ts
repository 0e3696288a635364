import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { type PythonAdapters, pythonPrefix, runConfined, sessionEnv } from "../adapters/index.ts";
import { sessionName } from "./execution.ts";

/** A project name and versions as PEP 508 has them; no addresses, no paths, no options. */
const requirement =
	/^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?(\[[a-zA-Z0-9,_ -]+\])?\s*((==|>=|<=|~=|!=|<|>)\s*[a-zA-Z0-9.*+!_-]+)?(\s*,\s*(==|>=|<=|~=|!=|<|>)\s*[a-zA-Z0-9.*+!_-]+)*$/;

/** Brings a package into a session's own environment. */
export const installPackage = defineTool({
	name: "install_package",
	title: "Install Python package",
	description:
		"Installs a package from the Python package index into a session, prebuilt packages only, so nothing is run by installing.",
	effect: "outbound",
	idempotent: true,
	input: z.object({
		package: slot("name", z.string().min(1).max(200).regex(requirement, "a package name, with versions if you like")),
		session: sessionName,
	}),
	output: z.object({ package: z.string(), installed: z.array(z.string()), session: z.string() }),
	voice: {
		en: {
			sentences: [
				"install [the] python (package|library|module) {package}",
				"(add|install) [the] {package} (package|library|module) (to|in|for) python",
				"pip install {package}",
			],
			ask: { package: "Which package?" },
		},
	},
	timeoutMs: 300_000,
	summary: ({ package: name, session }) => `Install ${name} from the Python package index into session ${session}`,
	say: ({ package: name, installed }) =>
		installed.length === 0 ? `${name} was already there.` : `${name} is installed.`,
	async run({ package: name, session }, { parts }: PythonAdapters, { user, signal, progress }) {
		const { sandbox, interpreter, sessions, childEnv } = await parts();
		const scratch = await sessions.scratch(user.id, session);
		const inside = sandbox.inside(scratch);
		progress({ progress: 0, message: `Installing ${name}` });
		const { code, stdout, stderr } = await runConfined(
			sandbox,
			[
				interpreter.executable,
				"-m",
				"pip",
				"install",
				"--only-binary",
				":all:",
				"--no-input",
				"--no-cache-dir",
				"--disable-pip-version-check",
				"--upgrade",
				"--target",
				`${inside}/.packages`,
				"--",
				name,
			],
			{
				scratch,
				readable: pythonPrefix(interpreter.executable),
				network: true,
				env: sessionEnv(childEnv, inside),
				signal,
			},
		);
		if (code !== 0) throw explain(name, stderr);
		const installed = /Successfully installed (.*)/.exec(stdout)?.[1]?.trim().split(/\s+/) ?? [];
		return { package: name, installed, session };
	},
});

function explain(name: string, stderr: string): AiosError {
	const said =
		stderr
			.trim()
			.split("\n")
			.filter((line) => line.startsWith("ERROR"))
			.at(-1) ??
		stderr.trim().split("\n").at(-1) ??
		"";
	if (/No matching distribution|Could not find a version/.test(stderr) && !/connection|resolve/i.test(stderr)) {
		return new AiosError("not_found", `There is no package ${name} for this Python: ${said}`, {
			spoken: `I could not find a Python package called ${name}.`,
			fix: "Check its name; packages without prebuilt files are not installed.",
		});
	}
	if (/No module named pip/.test(stderr)) {
		return new AiosError("missing_part", "This Python has no pip.", { fix: "Install python3-pip." });
	}
	return new AiosError("upstream_failed", `${name} could not be installed: ${said}`, {
		spoken: `${name} could not be installed.`,
	});
}
