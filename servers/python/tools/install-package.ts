import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import {
	callMs,
	follow,
	look,
	lookField,
	lookingAfter,
	sayRunning,
	stateOf,
	type Work,
	waitField,
	workFields,
	workIdField,
} from "../../../core/work/index.ts";
import {
	type Installed,
	type PythonAdapters,
	type PythonParts,
	pythonPrefix,
	runConfined,
	sessionEnv,
} from "../adapters/index.ts";
import { sessionName } from "./execution.ts";

/** A project name and versions as PEP 508 has them; no addresses, no paths, no options. */
const requirement =
	/^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?(\[[a-zA-Z0-9,_ -]+\])?\s*((==|>=|<=|~=|!=|<|>)\s*[a-zA-Z0-9.*+!_-]+)?(\s*,\s*(==|>=|<=|~=|!=|<|>)\s*[a-zA-Z0-9.*+!_-]+)*$/;

const installationSchema = z.object({
	...workFields,
	package: z.string(),
	installed: z.array(z.string()),
	session: z.string().optional(),
});

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
		wait_ms: waitField,
	}),
	output: installationSchema,
	voice: {
		en: {
			sentences: [
				"install [the] python (package|library|module) {package}",
				"(add|install) [the] {package} (package|library|module) (to|in|for) python",
				"(pip|pip3) install {package}",
				"install [the] (package|library|module) {package} [(in|for|into) python]",
				"install [the] {package} (package|library|module)",
				"install {package} (in|for|into|with) (python|pip)",
				"i need [the] [python] (package|library|module) {package} [in python]",
			],
			ask: { package: "Which package?" },
		},
	},
	timeoutMs: callMs,
	summary: ({ package: name, session }) => `Install ${name} from the Python package index into session ${session}`,
	say: sayInstallation,
	async run({ package: name, session, wait_ms }, { parts }: PythonAdapters, context) {
		const found = await parts();
		const scratch = await found.sessions.scratch(context.user.id, session);
		const work = found.installations.start(context.user.id, {
			source: name,
			async run({ progress, signal }) {
				progress({ progress: 0, message: `Installing ${name}` });
				return { session, installed: await install(name, scratch, found, signal) };
			},
		});
		await follow(work, { wait_ms, over: () => sayInstallation(report(work)) }, context);
		return report(work);
	},
});

/** How an installation goes that takes longer than a call may. */
export const installationStatus = defineTool({
	name: "installation_status",
	title: "Installation status",
	description: "How the installation of a Python package goes, waiting for its end for as long as is asked for.",
	effect: "read",
	role: "user",
	input: z.object({
		id: workIdField("i", "install_package"),
		wait_ms: lookField,
	}),
	output: installationSchema,
	voice: {
		en: {
			sentences: ["(is|has) the (package|library) (installed|ready|done) [yet]", "how is the installation [going]"],
			followUps: lookingAfter("install_package"),
		},
	},
	timeoutMs: callMs,
	say: sayInstallation,
	async run({ id, wait_ms }, { parts }: PythonAdapters, context) {
		return report(await look((await parts()).installations, { id, wait_ms }, context));
	},
});

function report(work: Work<Installed>): z.output<typeof installationSchema> {
	const { source, result } = work;
	return {
		...stateOf(work),
		package: source,
		installed: result?.installed ?? [],
		...(result === undefined ? {} : { session: result.session }),
	};
}

function sayInstallation({
	package: name,
	status,
	installed,
	error,
	told,
}: z.output<typeof installationSchema>): string {
	if (status === "running") return sayRunning(`${name} is still being installed`, { told });
	if (status === "failed") return error ?? `${name} could not be installed.`;
	return installed.length === 0 ? `${name} was already there.` : `${name} is installed.`;
}

/** Brings a package into a session's folder; gives names with versions of what came. */
async function install(
	name: string,
	scratch: string,
	{ sandbox, interpreter, childEnv }: PythonParts,
	signal: AbortSignal,
): Promise<string[]> {
	const inside = sandbox.inside(scratch);
	const options = [
		"--only-binary",
		":all:",
		"--no-input",
		"--no-cache-dir",
		"--disable-pip-version-check",
		"--upgrade",
	];
	const argv = ["-m", "pip", "install", ...options, "--target", `${inside}/.packages`, "--", name];
	// On the disk: what is unpacked may be larger than the memory there is for temporary files.
	const temporary = await mkdtemp(join(scratch, ".installing-"));
	await sandbox.lend(temporary, scratch);
	const { code, stdout, stderr } = await runConfined(sandbox, [interpreter.executable, ...argv], {
		scratch,
		readable: pythonPrefix(interpreter.executable),
		network: true,
		env: { ...sessionEnv(childEnv, inside), TMPDIR: join(inside, basename(temporary)) },
		signal,
	}).finally(() => rm(temporary, { recursive: true, force: true }));
	if (code !== 0) throw explain(name, stderr);
	return /Successfully installed (.*)/.exec(stdout)?.[1]?.trim().split(/\s+/) ?? [];
}

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
		return new AiosError("not_found", `There is no package ${name} for this Python.`, {
			spoken: `I could not find a Python package called ${name}.`,
			fix: "Check its name; packages without prebuilt files are not installed.",
		});
	}
	if (/No module named pip/.test(stderr)) {
		return new AiosError("missing_part", "This Python has no pip.", { fix: "Install python3-pip." });
	}
	return new AiosError("upstream_failed", `${name} could not be installed: ${said.replace(/^ERROR: /, "")}`, {
		spoken: `${name} could not be installed.`,
	});
}
