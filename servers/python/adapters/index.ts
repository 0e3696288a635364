import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AiosError, type Requirement, type ServerDeps } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createWorks, type Lasting, type Works } from "../../../core/work/index.ts";
import { createEnvironment, type Environment } from "./environment.ts";
import { findInterpreter, type Interpreter } from "./interpreter.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import type { PythonSettings } from "./settings.ts";

export { needsEnvironment } from "./environment.ts";
export { runConfined } from "./run-confined.ts";
export { pythonPrefix } from "./sandbox.ts";
export type { Execution, Session } from "./session.ts";
export { type Sessions, sessionEnv } from "./sessions.ts";
export { pythonSettings } from "./settings.ts";

/** What an installation brought: names with versions. */
export interface Installed {
	session: string;
	installed: string[];
}

/** A Python that is there and can be confined. */
export interface PythonParts {
	interpreter: Interpreter;
	sandbox: Sandbox;
	environment: Environment;
	sessions: Sessions;
	/** Packages on their way into sessions; each gives what it installed. */
	installations: Works<Installed>;
	childEnv: Readonly<Record<string, string>>;
}

/** What the python server touches. `parts` throws `missing_part` where Python or its sandbox is missing. */
export interface PythonAdapters extends Lasting {
	parts(): Promise<PythonParts>;
	folders: Folders;
	requirements(): Promise<Requirement[]>;
	/** Says something of its own accord; absent where nobody hears it. */
	announce: ServerDeps["announce"];
	close(): Promise<void>;
}

/** Looks for Python and the sandbox at the first call; starts nothing before. */
export function createAdapters(deps: ServerDeps<PythonSettings>): PythonAdapters {
	let found: Promise<PythonParts> | undefined;
	const find = async (): Promise<PythonParts> => {
		const { settings, childEnv, clock, log, dataDir, announce } = deps;
		const sandbox = createSandbox({ settings, childEnv, platform: process.platform });
		const interpreter = await findInterpreter(settings.python, childEnv);
		await mkdir(dataDir, { recursive: true, mode: 0o700 });
		const environment = createEnvironment({ folder: join(dataDir, "environments"), interpreter, env: childEnv, log });
		const folder = join(dataDir, "sessions");
		const sessions = createSessions({ folder, settings, sandbox, interpreter, environment, childEnv, clock, log });
		const installations = createWorks<Installed>({ letter: "i", noun: "installation", atOnce: 3, announce });
		return { interpreter, sandbox, environment, sessions, installations, childEnv };
	};
	const parts = async () => {
		found ??= find();
		return await found.catch((error: unknown) => {
			found = undefined;
			throw error;
		});
	};
	const works: Lasting["works"] = createWorks({
		letter: "a",
		noun: "analysis",
		atOnce: 2,
		announce: deps.announce,
	});
	return {
		parts,
		works,
		announce: deps.announce,
		folders: createFolders(deps.folders),
		async requirements() {
			try {
				const { interpreter, sandbox, environment } = await parts();
				const ready = (await environment.ready()) !== undefined;
				return [
					{ name: "python", ok: true, detail: `Python ${interpreter.version}` },
					sandbox.kind === "bubblewrap"
						? { name: "sandbox", ok: true, detail: "bubblewrap: no network, read-only system" }
						: {
								name: "sandbox",
								ok: false,
								detail: "none: code runs with your own rights, as the settings allow",
								fix: "Use Linux with bubblewrap for isolation.",
							},
					{ name: "analysis packages", ok: true, detail: ready ? "installed" : "installed at first use" },
				];
			} catch (error) {
				const { message, fix } = AiosError.from(error);
				return [{ name: "python", ok: false, detail: message, ...(fix === undefined ? {} : { fix }) }];
			}
		},
		async close() {
			await works.close();
			if (found === undefined) return;
			const { environment, installations, sessions } = await found;
			await Promise.all([environment.close(), installations.close()]);
			await sessions.close();
		},
	};
}
