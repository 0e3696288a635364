import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";

const commands = [
	"google-chrome-stable",
	"google-chrome",
	"chromium",
	"chromium-browser",
	"microsoft-edge-stable",
	"microsoft-edge",
	"brave-browser",
];
const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"];
const windowsPrograms = [
	["Google", "Chrome", "Application", "chrome.exe"],
	["Chromium", "Application", "chrome.exe"],
	["Microsoft", "Edge", "Application", "msedge.exe"],
	["BraveSoftware", "Brave-Browser", "Application", "brave.exe"],
];

/** Chrome or one of its kin as each platform installs it; undefined where there is none. */
export function findBrowser(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): string | undefined {
	if (platform === "darwin") {
		return macApplications
			.map((name) => posix.join("/Applications", `${name}.app`, "Contents", "MacOS", name))
			.find((path) => existsSync(path));
	}
	if (platform === "win32") {
		const roots = [env.ProgramFiles, env["ProgramFiles(x86)"], env.LOCALAPPDATA].filter((root) => root !== undefined);
		return windowsPrograms
			.flatMap((parts) => roots.map((root) => win32.join(root, ...parts)))
			.find((path) => existsSync(path));
	}
	for (const command of commands) {
		const found = Bun.which(command, { PATH: env.PATH ?? "" });
		if (found !== null) return found;
	}
	return undefined;
}
