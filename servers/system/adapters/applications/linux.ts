import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Application, Applications, ApplicationsDeps } from "./application.ts";
import { type DesktopEntry, expandExec, parseDesktopEntry } from "./desktop-entry.ts";
import { namesOfProcess, namesOfProgram } from "./programs.ts";
import { startDetached } from "./start.ts";

/** Desktop entries below the XDG data folders; one of the same id in an earlier folder hides a later one. */
export function linuxApplications({ env }: ApplicationsDeps): Applications {
	return {
		async list() {
			const seen = new Map<string, Application>();
			for (const folder of dataFolders(env)) {
				for (const id of await desktopFiles(folder)) {
					if (seen.has(id)) continue;
					const text = await readFile(join(folder, id), "utf8").catch(() => undefined);
					const entry = text === undefined ? undefined : parseDesktopEntry(text, languages(env));
					if (entry !== undefined && isInstalled(entry, env)) seen.set(id, toApplication(id, entry, env));
				}
			}
			return [...seen.values()];
		},
	};
}

function dataFolders(env: Readonly<Record<string, string>>): string[] {
	const home = env.XDG_DATA_HOME ?? join(env.HOME ?? "/", ".local/share");
	const shared = (env.XDG_DATA_DIRS ?? "/usr/local/share:/usr/share").split(":");
	const packaged = ["/var/lib/flatpak/exports/share", join(home, "flatpak/exports/share"), "/var/lib/snapd/desktop"];
	return [...new Set([home, ...shared, ...packaged].filter((folder) => folder !== ""))].map((folder) =>
		join(folder, "applications"),
	);
}

async function desktopFiles(folder: string): Promise<string[]> {
	const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
	return names.filter((name) => name.endsWith(".desktop")).sort();
}

/** "de_AT.UTF-8" → de_AT, de: the order in which localised names are looked up. */
function languages(env: Readonly<Record<string, string>>): string[] {
	const locale = (env.LC_ALL || env.LC_MESSAGES || env.LANG || "").replace(/[.@].*$/, "");
	return locale === "" || locale === "C" || locale === "POSIX" ? [] : [locale, locale.replace(/_.*$/, "")];
}

function isInstalled(entry: DesktopEntry, env: Readonly<Record<string, string>>): boolean {
	const program = entry.tryExec ?? expandExec(entry.exec, [], entry.name)[0];
	return program !== undefined && Bun.which(program, { PATH: env.PATH ?? "" }) !== null;
}

function toApplication(id: string, entry: DesktopEntry, env: Readonly<Record<string, string>>): Application {
	let names: Set<string> | undefined;
	return {
		id,
		name: entry.name,
		aliases: [
			...entry.aliases,
			id
				.replace(/\.desktop$/, "")
				.split(".")
				.at(-1) ?? id,
		],
		opens: /%[fFuU]/.test(entry.exec),
		runs(process) {
			names ??= new Set(namesOfProgram(expandExec(entry.exec, [], entry.name), env.PATH ?? ""));
			return namesOfProcess(process).some((name) => names?.has(name));
		},
		launch(args) {
			const argv = expandExec(entry.exec, args, entry.name);
			return startDetached(entry.terminal ? ["x-terminal-emulator", "-e", ...argv] : argv, {
				env,
				name: entry.name,
				needsDisplay: true,
				...(entry.path === undefined || entry.path === "" ? {} : { cwd: entry.path }),
			});
		},
	};
}
