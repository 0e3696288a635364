import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { vulnerabilityCheck } from "@simple-git/argv-parser";
import { type SimpleGit, simpleGit } from "simple-git";
import { AiosError } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";
import { soundsLike } from "../../../core/text/index.ts";
import { execute } from "./execute.ts";
import { explainGit } from "./git-errors.ts";

/** A repository that was found: its root, and git bound to it. */
export interface Repository {
	root: string;
	name: string;
	git: SimpleGit;
	/** Runs a git command for its output; errors of git become ones a person can act on. */
	run(args: readonly string[]): Promise<string>;
	/**
	 * The same for one that may take long or start programs (hooks, credential helpers, filters): what it starts ends
	 * with it, and both streams come as they are printed.
	 */
	work(args: readonly string[], onText?: (text: string) => void): Promise<string>;
}

export interface Repositories {
	/**
	 * Opens the repository a path lies in, or one whose folder's name sounds like what was said; without either the one
	 * of the settings. Throws `not_found` where there is none.
	 */
	open(said: string | undefined, signal: AbortSignal): Promise<Repository>;
	/** Where files of projects lie: the repository meant when none is named, and the folders of projects. */
	places: readonly string[];
}

interface Deps {
	folders: Folders;
	env: Readonly<Record<string, string>>;
	/** The repository meant when none is named. */
	usual: string | undefined;
	/** Folders in which projects lie, one below the other. */
	projects: readonly string[];
}

/** How long a git command that only reads may take. */
const timeoutMs = 60_000;

/**
 * A repository can carry another one, bare, whose settings would then be read and run, and name a program that watches
 * files.
 */
const safeConfig = ["safe.bareRepository=explicit", "core.fsmonitor=false"];

/** Asked back where a command names no repository and the settings don't either. */
const question = "Which repository?";

/** Two names are the same project from this likeness on. */
const leastLikeness = 0.8;

/** Finds repositories below the allowed folders. Git asks nothing, opens no editor, and uses only plain protocols. */
export function createRepositories({ folders, env, usual, projects }: Deps): Repositories {
	const gitEnv = {
		...env,
		GIT_TERMINAL_PROMPT: "0",
		GIT_OPTIONAL_LOCKS: "0",
		GIT_ALLOW_PROTOCOL: "https:http:ssh:git:file",
		LC_ALL: "C.UTF-8",
	};
	const bind = (folder: string, signal: AbortSignal): SimpleGit =>
		simpleGit({
			baseDir: folder,
			abort: signal,
			timeout: { block: timeoutMs },
			config: safeConfig,
			// The library lets nobody set core.fsmonitor, to switch it off neither, unless told so.
			unsafe: { allowUnsafeFsMonitor: true },
			allowEnvironment: ["GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS", "GIT_ALLOW_PROTOCOL"],
		}).env(gitEnv);

	/** The library ends git alone with its signal, and a hook that git runs would go on: so this one runs its group. */
	const work = async (root: string, args: readonly string[], signal: AbortSignal, onText?: (text: string) => void) => {
		const [danger] = vulnerabilityCheck(args, {});
		if (danger !== undefined) throw new AiosError("forbidden", danger.message);
		const config = [...safeConfig, "push.autoSetupRemote=true"].flatMap((each) => ["-c", each]);
		const runner = { name: "git", argv: ["git", ...config, ...args] };
		// There is nobody at its terminal to edit a message.
		const own = { ...gitEnv, GIT_EDITOR: ":" };
		const { code, output } = await execute(runner, { cwd: root, env: own, signal, onText });
		// One and nothing said is a no: nothing found, no difference.
		return code === 0 || (code === 1 && output === "") ? output : explainGit(new Error(output));
	};

	const rootOf = async (folder: string, signal: AbortSignal): Promise<string | undefined> => {
		const found = await bind(folder, signal)
			.raw(["rev-parse", "--show-toplevel"])
			.catch(() => undefined);
		return found === undefined ? undefined : await folders.resolve(found.trim());
	};

	const byPath = async (said: string, signal: AbortSignal): Promise<string | undefined> => {
		const path = await folders.resolve(said);
		const found = await stat(path).catch(() => undefined);
		if (found === undefined) return undefined;
		return await rootOf(found.isDirectory() ? path : join(path, ".."), signal);
	};

	const byName = async (said: string, signal: AbortSignal): Promise<string | undefined> => {
		const candidates: { path: string; score: number }[] = [];
		for (const folder of [...projects, ...folders.allowed]) {
			for (const entry of await readdir(await folders.resolve(folder), { withFileTypes: true }).catch(() => [])) {
				const score = soundsLike(said, entry.name);
				if (entry.isDirectory() && score >= leastLikeness) candidates.push({ path: join(folder, entry.name), score });
			}
		}
		candidates.sort((a, b) => b.score - a.score);
		for (const { path } of candidates) {
			const root = await rootOf(await folders.resolve(path), signal);
			if (root !== undefined) return root;
		}
		return undefined;
	};

	return {
		places: usual === undefined ? projects : [usual, ...projects],
		async open(said, signal) {
			if (Bun.which("git", { PATH: env.PATH ?? "" }) === null) throw missingGit();
			const wanted = said ?? usual ?? ".";
			const root =
				(await byPath(wanted, signal)) ??
				(said === undefined || said.includes("/") ? undefined : await byName(said, signal));
			if (root === undefined) {
				throw new AiosError(
					"not_found",
					wanted === "." ? "No repository was named." : `There is no git repository at ${wanted}.`,
					{
						spoken: said === undefined ? question : `I found no repository called ${said}.`,
						...(said === undefined ? { details: { ask: { slot: "repository", question } } } : {}),
						fix: "Give its folder, or set servers.ide.repository to the one you usually mean.",
					},
				);
			}
			const git = bind(root, signal);
			return {
				root,
				name: basename(root),
				git,
				run: (args) => git.raw([...args]).catch(explainGit),
				work: (args, onText) => work(root, args, signal, onText),
			};
		},
	};
}

function missingGit(): AiosError {
	return new AiosError("missing_part", "Git is not installed.", { fix: "Install git and try again." });
}
