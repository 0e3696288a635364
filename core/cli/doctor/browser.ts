import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./display.ts";
import type { Finding } from "./finding.ts";

const commands = [
	"google-chrome",
	"google-chrome-stable",
	"chromium",
	"chromium-browser",
	"microsoft-edge",
	"brave-browser",
];

const applications: Partial<Record<NodeJS.Platform, (env: Environment) => string[]>> = {
	darwin: () => [
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
	],
	win32: (env) =>
		[env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].flatMap((base) =>
			base === undefined
				? []
				: [
						join(base, "Google", "Chrome", "Application", "chrome.exe"),
						join(base, "Microsoft", "Edge", "Application", "msedge.exe"),
					],
		),
};

const fixes: Partial<Record<NodeJS.Platform, string>> = {
	linux: "Install one: apt install chromium, dnf install chromium, or Chrome from google.com/chrome",
	darwin: "Install one: brew install --cask google-chrome",
	win32: "Install one: winget install Google.Chrome",
};

/** Whether there is a browser that can be driven, and that it starts. */
export async function lookAtBrowser(env: Environment, platform: NodeJS.Platform = process.platform): Promise<Finding> {
	const base = { part: "browser", essential: false };
	const path =
		commands.map((command) => Bun.which(command, { PATH: env.PATH ?? "" })).find((found) => found !== null) ??
		applications[platform]?.(env).find((application) => existsSync(application));
	const fix = fixes[platform] ?? "Install Chrome or Chromium.";
	if (path === undefined) {
		return {
			...base,
			ok: false,
			what: "No Chrome or Chromium was found: the browser server has nothing to drive.",
			fix,
		};
	}
	// On Windows `--version` opens a window instead of printing.
	if (platform === "win32") return { ...base, ok: true, what: `Found ${path}.` };
	const child = Bun.spawn([path, "--version"], {
		env: { PATH: env.PATH ?? "", HOME: env.HOME ?? "/" },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "ignore",
		timeout: 10_000,
	});
	const version = (await new Response(child.stdout).text()).trim();
	const started = (await child.exited) === 0;
	if (started) return { ...base, ok: true, what: `${version} at ${path}.` };
	return { ...base, ok: false, what: `${path} does not start.`, fix };
}
