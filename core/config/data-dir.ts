import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Gives the folder for everything that lasts: `AIOS_DATA_DIR`, else the platform's own place for a user's data
 * (XDG base directories, Apple's file system guide, Windows known folders).
 */
export function dataDirOf(env: Env, platform: NodeJS.Platform = process.platform): string {
	if (env.AIOS_DATA_DIR) return resolve(env.AIOS_DATA_DIR);
	if (platform === "darwin") return join(homedir(), "Library", "Application Support", "AIOS");
	if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "AIOS");
	// The XDG specification says that a relative path is to be ignored.
	const xdg = env.XDG_DATA_HOME?.startsWith("/") ? env.XDG_DATA_HOME : join(homedir(), ".local", "share");
	return join(xdg, "aios");
}
