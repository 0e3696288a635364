import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AiosError, type Progress } from "../../../core/contract/index.ts";

export interface CloneOptions {
	url: string;
	/** Where the work tree is to be; must not exist, or be empty. */
	path: string;
	token: string | undefined;
	env: Readonly<Record<string, string>>;
	signal: AbortSignal;
	progress(update: Progress): void;
	/** Paths that are being cloned to. */
	underWay: Set<string>;
}

/** What a clone came to. */
export interface Cloned {
	path: string;
	resumed: boolean;
}

/**
 * Clones in steps that can be taken up again: the repository is made first, then fetched in ever deeper layers, each of
 * which stays when the line breaks. The work tree appears in one step at the end. Throws `conflict` where the path is in use.
 */
export async function clone(options: CloneOptions): Promise<{ resumed: boolean }> {
	const { path, underWay } = options;
	if (underWay.has(path)) {
		throw new AiosError("conflict", `${path} is being cloned already.`, {
			fix: "Wait for it, or choose another folder.",
		});
	}
	underWay.add(path);
	try {
		return await cloneAlone(options);
	} finally {
		underWay.delete(path);
	}
}

async function cloneAlone({ url, path, token, env, signal, progress }: CloneOptions): Promise<{ resumed: boolean }> {
	const present = await readdir(path).catch(() => undefined);
	if (present !== undefined && present.length > 0) {
		throw new AiosError("conflict", `${path} is there already and not empty.`, { fix: "Choose another folder." });
	}
	await mkdir(dirname(path), { recursive: true });
	const part = `${path}.clone-${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
	const resumed = (await stat(join(part, ".git")).catch(() => undefined)) !== undefined;
	const git = (args: readonly string[], onProgress?: (line: string) => void) =>
		run(args, { cwd: part, env, token, url, signal, onProgress });
	if (!resumed) {
		await mkdir(part, { recursive: true });
		await git(["init", "--quiet"]);
		await git(["remote", "add", "origin", url]);
	}
	progress({ progress: 0, total: 100, message: resumed ? "Going on with the broken clone" : "Asking the server" });
	const head = await defaultBranch(git);
	for (const [index, depth] of [["--depth=1"], ["--depth=200"], ["--unshallow"]].entries()) {
		if (depth[0] === "--unshallow" && !(await isShallow(part))) continue;
		await git(["fetch", "--progress", "--no-recurse-submodules", "--tags", ...depth, "origin"], (line) => {
			const percent = /(?:Receiving objects|Resolving deltas):\s+(\d+)%/.exec(line)?.[1];
			if (percent !== undefined)
				progress({ progress: (index * 100 + Number(percent)) / 3, total: 100, message: line.slice(0, 120) });
		});
	}
	if (head !== undefined) await git(["checkout", "--quiet", "-B", head, "--track", `origin/${head}`]);
	if (present !== undefined) await rm(path, { recursive: true });
	await rename(part, path).catch((cause: unknown) => {
		throw new AiosError("conflict", `Something else came to ${path} meanwhile.`, {
			fix: "Choose another folder, or say it again: the clone is kept.",
			cause,
		});
	});
	return { resumed };
}

async function defaultBranch(git: (args: readonly string[]) => Promise<string>): Promise<string | undefined> {
	const text = await git(["ls-remote", "--symref", "origin", "HEAD"]);
	return /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(text)?.[1];
}

async function isShallow(folder: string): Promise<boolean> {
	return (await stat(join(folder, ".git/shallow")).catch(() => undefined)) !== undefined;
}

interface RunOptions {
	cwd: string;
	env: Readonly<Record<string, string>>;
	token: string | undefined;
	url: string;
	signal: AbortSignal;
	onProgress?: ((line: string) => void) | undefined;
}

/** Runs git; the token goes by an ask-pass program and its environment, never on a command line or into the repository. */
async function run(args: readonly string[], { cwd, env, token, signal, onProgress }: RunOptions): Promise<string> {
	signal.throwIfAborted();
	const askPass = token === undefined ? {} : { GIT_ASKPASS: await askPassProgram(cwd), AIOS_GIT_SECRET: token };
	const child = Bun.spawn(["git", "-c", "credential.helper=", "-c", "core.hooksPath=/dev/null", ...args], {
		cwd,
		env: {
			...env,
			...askPass,
			GIT_TERMINAL_PROMPT: "0",
			GIT_ALLOW_PROTOCOL: "https:http:ssh:git:file",
			GIT_TEMPLATE_DIR: "",
			LC_ALL: "C.UTF-8",
		},
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
		signal,
	});
	let said = "";
	const decoder = new TextDecoder();
	const watch = async () => {
		for await (const bytes of child.stderr) {
			const text = decoder.decode(bytes, { stream: true });
			said = (said + text).slice(-8000);
			for (const line of text.split(/[\r\n]+/)) if (line !== "") onProgress?.(line);
		}
	};
	const [stdout] = await Promise.all([new Response(child.stdout).text(), watch(), child.exited]);
	signal.throwIfAborted();
	if (child.exitCode === 0) return stdout;
	throw explain(said);
}

/** A program that gives git the secret of its environment; it holds none itself. */
async function askPassProgram(folder: string): Promise<string> {
	const path = join(folder, ".git", "aios-askpass");
	await mkdir(dirname(path), { recursive: true });
	await writeFile(
		path,
		'#!/bin/sh\ncase "$1" in Username*) echo x-access-token;; *) printf "%s\\n" "$AIOS_GIT_SECRET";; esac\n',
		{ mode: 0o700 },
	);
	return path;
}

function explain(said: string): AiosError {
	const last =
		/(?:fatal|error|remote): (.*)/.exec(
			said
				.trim()
				.split("\n")
				.findLast((line) => /fatal|error/.test(line)) ?? "",
		)?.[1] ?? said.trim().slice(-300);
	if (/Authentication failed|could not read|403|401/.test(said))
		return new AiosError("unauthenticated", `The repository did not let us in: ${last}`, {
			spoken: "I may not clone that repository.",
			fix: "Sign in to GitHub, or check that you may read it.",
		});
	if (/not found|does not exist|404/i.test(said))
		return new AiosError("not_found", `The repository was not found: ${last}`, {
			spoken: "I can't find that repository.",
		});
	if (/No space left/.test(said))
		return new AiosError("disk_full", "The disk is full.", {
			fix: "Make room and say it again: the clone goes on where it stopped.",
		});
	return new AiosError("unavailable", `The clone broke off: ${last}`, {
		spoken: "The clone broke off.",
		fix: "Say it again: it goes on where it stopped.",
	});
}
