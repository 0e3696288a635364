import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AiosError, type Clock, type Logger } from "../../../core/contract/index.ts";
import { canLimit, createShare, watchLimits } from "../../../core/limits/index.ts";
import { type Environment, pythonOf } from "./environment.ts";
import type { Interpreter } from "./interpreter.ts";
import { pythonPrefix, type Sandbox } from "./sandbox.ts";
import { Session } from "./session.ts";
import type { PythonSettings } from "./settings.ts";

export interface SessionsDeps {
	folder: string;
	settings: PythonSettings;
	sandbox: Sandbox;
	interpreter: Interpreter;
	environment: Environment;
	childEnv: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
}

interface Entry {
	session: Session;
	scratch: string;
	created: Date;
	owner: string;
	name: string;
	withEnvironment: boolean;
}

/** The sessions of all people; nobody reaches another's. */
export interface Sessions {
	/** The session of that name, made where it is missing. Throws `busy` at the limit. */
	open(owner: string, name: string): Promise<Session>;
	list(owner: string): { name: string; session: Session; created: Date }[];
	/** Ends the process and removes the session's files; false where there is none. */
	reset(owner: string, name: string): Promise<boolean>;
	/** The session's scratch folder on this machine. */
	scratch(owner: string, name: string): Promise<string>;
	close(): Promise<void>;
}

const kernelFile = fileURLToPath(new URL("./kernel/kernel.py", import.meta.url));

/** Where the kernel's own file appears in the sandbox. */
const kernelPath = "/tmp/kernel.py";

/** Keeps one process a session, closes those unused for long, and confines each as the sandbox does. */
export function createSessions(deps: SessionsDeps): Sessions {
	const { settings, clock, sandbox, interpreter } = deps;
	const entries = new Map<string, Entry>();
	/** Sessions closed because nobody used them. */
	const unused = new Set<string>();
	const limits = {
		memory_mb: settings.memoryMb,
		// bubblewrap is two of them.
		processes: settings.processes + 2,
		cpus: createShare(settings.cpus),
	};
	const watch = (pid: number | undefined, onOver: (why: string) => void) =>
		canLimit(process.platform) ? watchLimits({ pid: () => pid, limits, clock, onOver }) : () => {};
	const keyOf = (owner: string, name: string) => `${owner}\u0000${name}`;

	const command = async (scratch: string): Promise<{ argv: string[]; env: Record<string, string> }> => {
		const environment = await deps.environment.ready();
		const python = environment === undefined ? interpreter.executable : pythonOf(environment);
		const inside = sandbox.inside(scratch);
		const confined = sandbox.kind === "bubblewrap";
		const kernel = confined ? kernelPath : kernelFile;
		const readable = [
			{ from: kernelFile, to: kernelPath },
			...pythonPrefix(interpreter.executable),
			...(environment === undefined ? [] : [{ from: environment, to: environment }]),
		];
		const env = sessionEnv(deps.childEnv, inside);
		const argv = sandbox.wrap([python, "-X", "utf8", "-u", kernel], { scratch, readable, network: false, env });
		return { argv, env };
	};

	const sweep = async () => {
		const limit = clock.now().getTime() - settings.idleMinutes * 60_000;
		for (const [key, { session }] of entries) {
			if (session.busy || session.lastUsed.getTime() > limit) continue;
			entries.delete(key);
			unused.add(key);
			await session.close();
		}
	};
	let cancelSweep = clock.after(60_000, function again() {
		void sweep();
		cancelSweep = clock.after(60_000, again);
	});

	const scratchOf = async (owner: string, name: string) => {
		const scratch = join(deps.folder, folderName(owner), folderName(name));
		await mkdir(scratch, { recursive: true, mode: 0o700 });
		await sandbox.lend(scratch, scratch);
		return scratch;
	};

	return {
		async open(owner, name) {
			const key = keyOf(owner, name);
			const existing = entries.get(key);
			// Once the analysis packages have arrived, a session that has run nothing yet may as well have them.
			const environment = (await deps.environment.ready()) !== undefined;
			if (existing !== undefined && (existing.withEnvironment || !environment || existing.session.busy))
				return existing.session;
			await existing?.session.close();
			const mine = [...entries.values()].filter((entry) => entry.owner === owner && entry.name !== name);
			if (mine.length >= settings.sessionsPerUser) {
				throw new AiosError("busy", `You have ${mine.length} Python sessions already.`, {
					fix: "Reset one of them first.",
				});
			}
			const scratch = await scratchOf(owner, name);
			const { argv, env } = await command(scratch);
			const session = new Session({ command: () => argv, env, watch, clock, id: () => crypto.randomUUID() });
			if (unused.delete(key)) session.lost = `It was closed after ${settings.idleMinutes} minutes without use.`;
			else if ((existing?.session.cells ?? 0) > 0) session.lost = "The packages for analysing data came in.";
			entries.set(key, { session, scratch, created: clock.now(), owner, name, withEnvironment: environment });
			return session;
		},
		list: (owner) => [...entries.values()].filter((entry) => entry.owner === owner),
		async reset(owner, name) {
			unused.delete(keyOf(owner, name));
			const entry = entries.get(keyOf(owner, name));
			if (entry === undefined) return false;
			entries.delete(keyOf(owner, name));
			await entry.session.close();
			await rm(entry.scratch, { recursive: true, force: true });
			return true;
		},
		scratch: scratchOf,
		async close() {
			cancelSweep();
			await Promise.all([...entries.values()].map(({ session }) => session.close()));
			entries.clear();
		},
	};
}

/** The environment code sees: where its packages are, threads within the limits, and nothing of ours. */
export function sessionEnv(childEnv: Readonly<Record<string, string>>, home: string): Record<string, string> {
	return {
		PATH: childEnv.PATH ?? "/usr/bin:/bin",
		HOME: home,
		LANG: "C.UTF-8",
		TZ: childEnv.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
		PYTHONPATH: `${home}/.packages`,
		PYTHONDONTWRITEBYTECODE: "1",
		MPLBACKEND: "agg",
		MPLCONFIGDIR: "/tmp/matplotlib",
		OPENBLAS_NUM_THREADS: "2",
		OMP_NUM_THREADS: "2",
		...(childEnv.SystemRoot === undefined ? {} : { SystemRoot: childEnv.SystemRoot }),
	};
}

/** A folder name that no name can escape from, and that two names never share. */
function folderName(name: string): string {
	const safe = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 40);
	return `${safe}-${Bun.hash(name).toString(36)}`;
}
