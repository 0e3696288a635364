import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { capture } from "./run.mjs";
import { say, step, warn } from "./say.mjs";

/**
 * Programs the tests drive. `commands`: any one of these will do; `apt`, `brew`: what to install;
 * `systems`: where it exists at all (everywhere when absent).
 */
const tools = [
	{
		commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
		files: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
		apt: ["chromium"],
		brew: ["--cask", "chromium"],
		for: "the page in a real browser",
	},
	{ commands: ["flite"], apt: ["flite"], brew: ["flite"], for: "commands spoken by a synthetic voice" },
	{ commands: ["espeak-ng"], apt: ["espeak-ng"], brew: ["espeak-ng"], for: "commands spoken by a second voice" },
	{ commands: ["sox"], apt: ["sox"], brew: ["sox"], for: "mixing and padding recordings" },
	{ commands: ["ffmpeg"], apt: ["ffmpeg"], brew: ["ffmpeg"], for: "recordings in other formats" },
	{ commands: ["git"], apt: ["git"], brew: ["git"], for: "git" },
	{ commands: ["rg"], apt: ["ripgrep"], brew: ["ripgrep"], for: "search with ripgrep" },
	{ commands: ["python3"], apt: ["python3", "python3-venv"], brew: ["python3"], for: "Python sessions" },
	{ commands: ["bwrap"], apt: ["bubblewrap"], systems: ["linux"], for: "isolated Python sessions" },
	{ commands: ["Xvfb"], apt: ["xvfb"], systems: ["linux"], for: "windows without a screen" },
	{ commands: ["xdotool"], apt: ["xdotool"], systems: ["linux"], for: "windows, mouse and keys" },
	{ commands: ["xterm"], apt: ["xterm"], systems: ["linux"], for: "a real window" },
	{ commands: ["xwininfo"], apt: ["x11-utils"], systems: ["linux"], for: "what windows there are" },
	{ commands: ["pulseaudio"], apt: ["pulseaudio"], systems: ["linux"], for: "a sound output to set" },
	{ commands: ["pactl"], apt: ["pulseaudio-utils"], systems: ["linux"], for: "reading the volume back" },
	{ commands: ["prlimit"], apt: ["util-linux"], systems: ["linux"], for: "limits of Python sessions" },
	{ commands: ["openssl"], apt: ["openssl"], brew: ["openssl"], for: "certificates of mail servers" },
	{
		commands: ["dovecot"],
		files: ["/usr/sbin/dovecot"],
		apt: ["dovecot-imapd"],
		systems: ["linux"],
		for: "a second mail server",
	},
	{
		commands: ["gnome-keyring-daemon"],
		apt: ["gnome-keyring", "dbus"],
		systems: ["linux"],
		for: "passwords in a real keychain",
	},
	{ commands: ["wmctrl"], apt: ["wmctrl"], systems: ["linux"], for: "lists of windows" },
	{ commands: ["xclip"], apt: ["xclip"], systems: ["linux"], for: "the clipboard" },
	{ commands: ["aplay"], apt: ["alsa-utils"], systems: ["linux"], for: "recording and playing in the terminal" },
];

/** Installs the missing test tools where the system's package manager may, and names the rest. */
export async function ensureTestTools() {
	let missing = absent();
	if (missing.length === 0) return;
	const install = await installer();
	if (install !== undefined) {
		const progress = step(`Installing test tools: ${missing.map((tool) => tool.commands[0]).join(", ")}`);
		const { code, output } = await install(missing);
		missing = absent();
		if (code === 0) progress.done("Test tools installed");
		else progress.failed(`Not every test tool could be installed: ${output.trim().split("\n").at(-1)}`);
	}
	for (const tool of missing) warn(`${tool.commands[0]} is missing (${tool.for}): the tests that need it are skipped`);
	if (missing.length > 0) say(`To run them too, install: ${missing.map((tool) => tool.apt.join(" ")).join(" ")}`);
}

function absent() {
	return tools.filter(
		(tool) =>
			(tool.systems ?? [process.platform]).includes(process.platform) &&
			!tool.commands.some(onPath) &&
			!(tool.files ?? []).some((file) => existsSync(file)),
	);
}

/** True where a program of this name can be started. */
export function onPath(command) {
	const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
	return (process.env.PATH ?? "")
		.split(delimiter)
		.some((folder) => endings.some((ending) => executable(join(folder, command + ending))));
}

function executable(path) {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** A function that installs tools, where that needs no question to the person; undefined elsewhere. */
async function installer() {
	if (process.platform === "linux" && onPath("apt-get")) {
		const rooted = await asRoot();
		if (rooted === undefined) return undefined;
		const apt = (...args) => capture(rooted[0], [...rooted.slice(1), "apt-get", ...args]);
		return async (missing) => {
			await apt("update", "-qq");
			const packages = missing.flatMap((tool) => tool.apt);
			const all = await apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
			if (all.code === 0) return all;
			// One unknown name fails the whole request: then each tool on its own.
			for (const tool of missing) await apt("install", "-y", "-qq", "--no-install-recommends", ...tool.apt);
			return all;
		};
	}
	if (process.platform === "darwin" && onPath("brew")) {
		return async (missing) => {
			const results = [];
			for (const tool of missing) results.push(await capture("brew", ["install", "--quiet", ...tool.brew]));
			return results.find((result) => result.code !== 0) ?? { code: 0, output: "" };
		};
	}
	return undefined;
}

/** How to start a program as root without being asked for a password. */
async function asRoot() {
	const quiet = ["env", "DEBIAN_FRONTEND=noninteractive"];
	if (process.getuid?.() === 0) return quiet;
	if (!onPath("sudo")) return undefined;
	const { code } = await capture("sudo", ["-n", "true"]);
	return code === 0 ? ["sudo", "-n", ...quiet] : undefined;
}
