import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { isRunning, type Work, waitFor, waitMs } from "../../../core/work/index.ts";
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
	id: z.string().describe("For installation_status"),
	package: z.string(),
	status: z.enum(["running", "done", "failed"]),
	installed: z.array(z.string()),
	session: z.string().optional(),
	error: z.string().optional(),
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
	}),
	output: installationSchema,
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
	timeoutMs: 58_000,
	summary: ({ package: name, session }) => `Install ${name} from the Python package index into session ${session}`,
	say: sayInstallation,
	async run({ package: name, session }, { parts }: PythonAdapters, { user, signal, progress }) {
		const found = await parts();
		const scratch = await found.sessions.scratch(user.id, session);
		const work = found.installations.start(user.id, name, async (update, stop) => {
			update({ progress: 0, message: `Installing ${name}` });
			return { session, installed: await install(name, scratch, found, stop) };
		});
		progress(work.progress);
		await waitFor(work, waitMs, signal);
		if (signal.aborted) work.cancel();
		if (work.error !== undefined) throw work.error;
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
		id: z
			.string()
			.regex(/^i\d{1,9}$/, 'expected an id from install_package, as in "i1"')
			.optional()
			.describe("The last one where it is left out"),
		wait_ms: z.number().int().min(0).max(waitMs).default(0).describe("How long to wait for its end"),
	}),
	output: installationSchema,
	voice: {
		en: {
			sentences: ["(is|has) the (package|library) (installed|ready|done) [yet]", "how is the installation [going]"],
		},
	},
	timeoutMs: 55_000,
	say: sayInstallation,
	async run({ id, wait_ms }, { parts }: PythonAdapters, { user, signal }) {
		const work = (await parts()).installations.get(user.id, id);
		await waitFor(work, wait_ms, signal);
		return report(work);
	},
});

function report(work: Work<Installed>): z.output<typeof installationSchema> {
	const { id, source, result, error } = work;
	return {
		id,
		package: source,
		status: isRunning(work) ? "running" : result === undefined ? "failed" : "done",
		installed: result?.installed ?? [],
		...(result === undefined ? {} : { session: result.session }),
		...(error === undefined ? {} : { error: error.message }),
	};
}

function sayInstallation({ package: name, status, installed, error }: z.output<typeof installationSchema>): string {
	if (status === "running") return `${name} is still being installed.`;
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
