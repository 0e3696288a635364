import { accessSync, constants } from "node:fs";
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

interface FindBrowserDeps {
	platform: NodeJS.Platform;
	env: Readonly<Record<string, string>>;
	/** Whether a file is there and may be run. */
	canRun?(path: string): boolean;
}

/** The person's own Chrome or one of its kin, as each platform installs it; undefined where there is none. */
export function findBrowser({ platform, env, canRun = isExecutable }: FindBrowserDeps): string | undefined {
	return candidates(platform, env).find(canRun);
}

function candidates(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): string[] {
	if (platform === "darwin") {
		return ["/", env.HOME ?? "/"].flatMap((root) =>
			macApplications.map((name) => posix.join(root, "Applications", `${name}.app`, "Contents", "MacOS", name)),
		);
	}
	if (platform === "win32") {
		// Windows does not tell the letters of a variable's name apart.
		const variables = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
		const roots = ["programfiles", "programfiles(x86)", "localappdata"]
			.map((name) => variables.get(name))
			.filter((root) => root !== undefined);
		return windowsPrograms.flatMap((parts) => roots.map((root) => win32.join(root, ...parts)));
	}
	const folders = (env.PATH ?? "").split(":").filter((folder) => folder !== "");
	return [
		...commands.flatMap((command) => folders.map((folder) => posix.join(folder, command))),
		"/opt/google/chrome/chrome",
		"/snap/bin/chromium",
	];
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
