import type { BigIntStats } from "node:fs";
import { type FileHandle, lstat, readlink, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { AiosError, type FolderAccess } from "../contract/index.ts";
import { openHeld } from "./hold.ts";
import { findMeant, usualFolders } from "./meant.ts";
import { createTwins } from "./twins.ts";

export { holdFolder } from "./hold.ts";
export { exists } from "./meant.ts";

/** Folders that hold credentials, wherever they are: never reached, even below an allowed folder. */
const secretNames = new Set([
	".ssh",
	".gnupg",
	".aws",
	".azure",
	".kube",
	".docker",
	".password-store",
	".netrc",
	".npmrc",
	".pypirc",
	".git-credentials",
	"keyrings",
]);

/** The part of the file system that tools may reach. */
export interface Folders {
	/**
	 * Gives the real path (every symbolic link followed) of a file or of one that could be created there.
	 * Throws `forbidden` outside the allowed folders, `bad_request` for a path no file can have.
	 */
	resolve(path: string): Promise<string>;
	/**
	 * The same for a file that is to be written, made or replaced. Further, throws `forbidden` for what other programs run
	 * by themselves: git's own folders, start-up files of shells and desktops, a desktop's list of applications.
	 */
	resolveForWriting(path: string): Promise<string>;
	/**
	 * Gives the real path of what exists and was meant by a person's words: a path, "my downloads folder", "readme". Throws
	 * `not_found`, and asks which one (`details.ask` for the field `slot`) where several fit. `also` are folders to look in first.
	 */
	meant(said: string, options?: { slot?: string; also?: readonly string[] }): Promise<string>;
	/**
	 * Opens a file given by its real path for reading, and no other that was put in its place meanwhile. Throws `forbidden`
	 * where it was exchanged, or is another name of what tools never touch.
	 */
	open(real: string): Promise<FileHandle>;
	/** Throws `forbidden` where a file, whatever its name, is one that tools never touch. */
	refuseTwin(path: string): Promise<void>;
	/** Throws `forbidden` where AIOS's own data lies below a real path: moved or copied along it would lie open. */
	refuseAround(real: string): Promise<void>;
	/** The allowed folders, as they were given. */
	allowed: readonly string[];
}

/**
 * Files and folders whose contents run by themselves: whoever may write them can do all a command can. Reported against
 * assistants as a way from "write a file" to "run a program" (git's config and hooks: CVE-2025-68143 to 68145; with other
 * spellings of a name: CVE-2025-59944).
 */
const runsByItself = new Set([
	...[".git", ".gitconfig", ".envrc", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases"],
	...[".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".xprofile", ".xinitrc", ".xsessionrc"],
	...["autostart", "systemd", "launchagents", "startup", "dbus-1"],
]);

/** Whether a desktop lists what is there as an application: opened by its name, it runs the command written in it. */
const isDesktopEntry = (parts: readonly string[], index: number) =>
	parts[index]?.endsWith(".desktop") || (parts[index] === "applications" && parts[index - 1] === "share");

/** Opens the allowed folders. A path is judged by where it really leads, so `..` and links gain nothing. */
export function createFolders({ allowed, denied, home = homedir() }: FolderAccess): Folders {
	const first = allowed[0] ?? home;
	const closedFolders = () => Promise.all(denied.map((folder) => realTarget(absolute(folder, home, home))));
	const isTwin = createTwins(async () => [
		...(await closedFolders()),
		...[home, ...allowed].flatMap((folder) => [...secretNames].map((name) => join(absolute(folder, home, home), name))),
	]);
	const refuse = async (file: BigIntStats | undefined, path: string) => {
		if (file !== undefined && (await isTwin(file))) throw secretIn(path);
	};
	const folders: Folders = {
		allowed,
		async meant(said, { slot = "path", also = [] } = {}) {
			const usual = await usualFolders(home);
			const places = [
				...also,
				...allowed,
				...usual.filter((place) => allowed.some((folder) => isBelow(place, folder))),
			];
			return findMeant({ resolve: folders.resolve, home, places }, said, slot);
		},
		async resolveForWriting(path) {
			const real = await folders.resolve(path);
			// Names are compared as the most lenient file system does: any case, full stops and spaces at the end left out.
			const plain = (part: string) =>
				part
					.normalize("NFKC")
					.replace(/[. \u200b-\u200f\ufeff]+$/u, "")
					.toLowerCase();
			const parts = real.split(sep).map(plain);
			const at = parts.findIndex((name, index) => runsByItself.has(name) || isDesktopEntry(parts, index));
			const part = real.split(sep)[at];
			if (part === undefined) return real;
			throw new AiosError(
				"forbidden",
				`What is written to ${part} is run by other programs, so tools leave it alone.`,
				{
					spoken: "Other programs run what is in that file, so I leave it alone.",
					fix: "Change it yourself, in an editor.",
				},
			);
		},
		async open(real) {
			const file = await openHeld(real);
			try {
				await refuse(await file.stat({ bigint: true }), real);
				return file;
			} catch (error) {
				await file.close();
				throw error;
			}
		},
		async refuseTwin(path) {
			await refuse(await lstat(path, { bigint: true }).catch(() => undefined), path);
		},
		async refuseAround(real) {
			if (!(await closedFolders()).some((folder) => isBelow(folder, real))) return;
			throw new AiosError("forbidden", `${real} has AIOS's own data in it, which tools never touch.`, {
				spoken: "My own data is in that folder, so I leave it alone.",
			});
		},
		async resolve(path) {
			if (path === "" || path.includes("\0")) {
				throw new AiosError("bad_request", "The path is empty or contains a null character.");
			}
			const real = await realTarget(absolute(path, first, home));
			const [roots, closed] = await Promise.all([
				Promise.all(allowed.map((folder) => realTarget(absolute(folder, home, home)))),
				closedFolders(),
			]);
			const root = roots.find((folder) => isBelow(real, folder));
			if (root === undefined) {
				throw new AiosError("forbidden", `${path} is outside the folders AIOS may use.`, {
					spoken: "That file is outside the folders I may use.",
					fix: `Allowed are ${allowed.join(", ")}; an administrator can add some with AIOS_FOLDERS.`,
				});
			}
			const secret = relative(root, real)
				.split(sep)
				.find((part) => secretNames.has(part.toLowerCase()));
			if (secret !== undefined || closed.some((folder) => isBelow(real, folder))) throw secretIn(path);
			await folders.refuseTwin(real);
			return real;
		},
	};
	return folders;
}

function secretIn(path: string): AiosError {
	return new AiosError("forbidden", `${path} holds credentials or AIOS's own data, which tools never touch.`, {
		spoken: "That file holds credentials, so I leave it alone.",
		fix: "Open it yourself, outside AIOS.",
	});
}

/** True where `path` is `folder` or lies below it; both absolute and real. */
export function isBelow(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way === "" || (!way.startsWith(`..${sep}`) && way !== ".." && !isAbsolute(way));
}

function absolute(path: string, base: string, home: string): string {
	if (path === "~" || path.startsWith("~/") || path.startsWith("~\\")) return normalize(join(home, path.slice(1)));
	return resolve(base, path);
}

/** The real path of what exists of `path`, with the rest appended; a dangling link is followed to where it points. */
async function realTarget(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch (error) {
		if (!isMissing(error)) {
			throw new AiosError("bad_request", `${path} can't be reached.`, { cause: error });
		}
		const parent = dirname(path);
		if (parent === path) return path;
		const target = await linkTarget(path);
		return target === undefined ? join(await realTarget(parent), basename(path)) : await realTarget(target);
	}
}

async function linkTarget(path: string): Promise<string | undefined> {
	const target = await readlink(path).catch(() => undefined);
	return target === undefined ? undefined : resolve(dirname(path), target);
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ENOENT";
}
