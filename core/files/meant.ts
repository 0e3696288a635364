import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, isAbsolute, join } from "node:path";
import { AiosError } from "../contract/index.ts";
import { soundsLike } from "../text/index.ts";

/** What is needed to find the file a person talks about. */
export interface MeantDeps {
	/** The real path, where tools may reach it; throws otherwise. */
	resolve(path: string): Promise<string>;
	home: string;
	/** Where a file named alone may lie, the likeliest first. */
	places: readonly string[];
}

/** Two names are the same from this likeness on; heard names differ from written ones by a sound or two. */
const leastLikeness = 0.85;
/** Likenesses closer than this are a draw. */
const draw = 0.02;
/** Names offered where several fit, or none. */
const offered = 3;
/** Entries of one folder that are compared; a folder with more is no place to look by ear. */
const mostEntries = 5000;

/** Folders every desktop has, by what they are called aloud, with the key freedesktop.org's user-dirs.dirs has for each. */
const wellKnown: Readonly<Record<string, string>> = {
	desktop: "XDG_DESKTOP_DIR",
	documents: "XDG_DOCUMENTS_DIR",
	downloads: "XDG_DOWNLOAD_DIR",
	music: "XDG_MUSIC_DIR",
	pictures: "XDG_PICTURES_DIR",
	photos: "XDG_PICTURES_DIR",
	videos: "XDG_VIDEOS_DIR",
};

/**
 * Finds the file or folder that exists and was meant by what was said: the path as it is, "my home folder", "downloads",
 * "readme" for README.md, "meeting notes in documents". Gives its real path. Throws `not_found` with the nearest names, asks
 * which one (Tool.resolve's `details.ask`, for the field `slot`) where several fit, and refuses what {@link MeantDeps.resolve}
 * refuses.
 */
export async function findMeant(deps: MeantDeps, said: string, slot: string): Promise<string> {
	const exact = await deps.resolve(said);
	if (await exists(exact)) return exact;
	if (isAbsolute(said)) throw missing(said, []);
	const known = await wellKnownFolder(deps.home, said);
	if (known !== undefined) return deps.resolve(known);
	const within = /^(.+?) (?:in|from|inside|on) (?:the |my )?(.+)$/i.exec(said);
	if (within?.[1] !== undefined && within[2] !== undefined) {
		const folder = await findMeant(deps, within[2], slot).catch(() => undefined);
		if (folder !== undefined) return search([folder], within[1], slot, deps);
	}
	const parts = plain(said)
		.split(/[\\/]+/)
		.filter((part) => part !== "" && part !== "." && part !== "~");
	const last = parts.pop();
	if (last === undefined || parts.includes("..")) throw missing(said, []);
	let folders = deps.places;
	for (const part of parts) {
		const known = await wellKnownFolder(deps.home, part);
		folders = [known === undefined ? await search(folders, part, slot, deps) : await deps.resolve(known)];
	}
	return search(folders, last, slot, deps);
}

/** A name as it is said, without what only makes it a noun: "my downloads folder" is "downloads". */
function plain(said: string): string {
	return said
		.trim()
		.replace(/^(?:the|my|a|your) /i, "")
		.replace(/ (?:folder|directory|file)$/i, "");
}

/** The folders, of those every desktop has, in which people keep files they name alone: those that exist. */
export async function usualFolders(home: string): Promise<string[]> {
	const folders = await Promise.all(["desktop", "documents", "downloads"].map((name) => wellKnownFolder(home, name)));
	return folders.filter((folder) => folder !== undefined);
}

async function wellKnownFolder(home: string, said: string): Promise<string | undefined> {
	const name = plain(said).toLowerCase();
	if (name === "home" || name === "~") return home;
	const key = wellKnown[name] ?? wellKnown[`${name}s`];
	if (key === undefined) return undefined;
	const settings = await readFile(join(home, ".config/user-dirs.dirs"), "utf8").catch(() => "");
	const set = new RegExp(`^${key}="(.*)"$`, "m").exec(settings)?.[1]?.replace("$HOME", home);
	const usual = join(home, `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
	for (const path of [set, usual]) if (path !== undefined && path !== home && (await exists(path))) return path;
	return undefined;
}

async function search(folders: readonly string[], said: string, slot: string, deps: MeantDeps): Promise<string> {
	const wanted = plain(said);
	const found: { path: string; likeness: number }[] = [];
	for (const folder of new Set(folders)) {
		const names = (await readdir(folder).catch(() => [])).sort().slice(0, mostEntries);
		for (const name of names) {
			if (name.startsWith(".") && !wanted.startsWith(".")) continue;
			found.push({ path: join(folder, name), likeness: likeness(wanted, name) });
		}
	}
	found.sort((a, b) => b.likeness - a.likeness);
	const best = found[0];
	if (best === undefined || best.likeness < leastLikeness) throw missing(said, found);
	const same = found.filter(({ likeness }) => best.likeness - likeness <= draw);
	if (same.length === 1) return deps.resolve(best.path);
	const names = list(same, "or");
	throw new AiosError("conflict", `${said} could be ${names}.`, {
		spoken: `Do you mean ${names}?`,
		details: {
			choices: same.slice(0, offered).map(({ path }) => path),
			ask: { slot, question: `Do you mean ${names}?` },
		},
	});
}

/** How much a said name is a file's: whole, without its ending, or by sound. Case and separators don't count. */
function likeness(said: string, name: string): number {
	const bare = extname(name) === "" || name.startsWith(".") ? name : name.slice(0, -extname(name).length);
	if (letters(said) === letters(name)) return 1;
	if (letters(said) === letters(bare)) return 0.97;
	return Math.max(soundsLike(said, name), soundsLike(said, bare)) * 0.94;
}

function letters(text: string): string {
	return text.toLowerCase().replace(/[\s_.-]+/g, "");
}

function missing(said: string, near: readonly { path: string; likeness: number }[]): AiosError {
	const nearest = near.filter(({ likeness }) => likeness > 0.5);
	return new AiosError("not_found", `${plain(said)} does not exist.`, {
		spoken: `I found nothing called ${plain(said)}.`,
		...(nearest.length === 0 ? {} : { fix: `The nearest are ${list(nearest, "and")}.` }),
	});
}

function list(found: readonly { path: string }[], word: "and" | "or"): string {
	const names = [...new Set(found.slice(0, offered).map(({ path }) => basename(path)))];
	const different =
		names.length === Math.min(found.length, offered) ? names : found.slice(0, offered).map((f) => f.path);
	return different.length === 1
		? String(different[0])
		: `${different.slice(0, -1).join(", ")} ${word} ${different.at(-1)}`;
}

/** Whether a file or folder is there; a link counts by what it leads to. */
export async function exists(path: string): Promise<boolean> {
	return (await stat(path).catch(() => undefined)) !== undefined;
}
