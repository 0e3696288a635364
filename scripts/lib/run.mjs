import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { root } from "./paths.mjs";

/** Signals that ask a program to end, and what is passed on for them. */
const endings = { SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGTERM" };

/** Npm, the terminal and a service manager may each deliver the same Ctrl-C: within this time they are one. */
const sameKeyPressMs = 700;

/**
 * Bun sends 256 requests at a time unless told otherwise when it starts, and keeps the rest waiting: a server that hangs,
 * or many that each hold a stream open, would stop every other call.
 */
const bunSettings = { BUN_CONFIG_MAX_HTTP_REQUESTS: "16384" };

/** Npm ends on SIGTERM and tells us nothing: how often is looked whether it and the shell it runs us in are still there. */
const parentCheckMs = 500;

/** Calls `gone` once npm, where it started us, has ended without us. Gives how to stop looking. */
function watchNpm(gone) {
	if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return () => {};
	const parent = process.ppid;
	const npm = parentOf(parent);
	const timer = setInterval(() => {
		if (process.ppid === parent && parentOf(parent) === npm) return;
		clearInterval(timer);
		gone();
	}, parentCheckMs);
	return () => clearInterval(timer);
}

/** Of a process on Linux, where asking costs nothing: killed alone, npm leaves its shell behind, whose parent then is another. */
function parentOf(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// After the name, which may hold anything, come the state and the parent (proc_pid_stat(5)).
		return Number(
			stat
				.slice(stat.lastIndexOf(")") + 1)
				.trim()
				.split(" ")[1],
		);
	} catch {
		return undefined;
	}
}

/**
 * Runs a program to its end with our input and output and gives its exit code. A request to end is passed on once;
 * a second one, later, ends it at once. The program has a process group of its own (not on Windows, where
 * Ctrl-C reaches it by itself), so that it gets each signal once, from us. With `lifeline` it has a channel to us, whose
 * end tells it that we are gone, however we ended.
 */
export function runToEnd(command, args, options = {}) {
	const windows = process.platform === "win32";
	const child = spawn(command, args, {
		cwd: options.cwd ?? root,
		env: { ...bunSettings, ...(options.env ?? process.env) },
		stdio: options.lifeline ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
		detached: !windows,
		windowsHide: true,
	});
	let asked = 0;
	const passOn = (signal) => {
		if (windows) return;
		const now = Date.now();
		if (asked === 0) child.kill(endings[signal]);
		else if (now - asked > sameKeyPressMs) killGroup(child.pid);
		else return;
		asked = now;
	};
	for (const signal of Object.keys(endings)) process.on(signal, passOn);
	const unwatch = watchNpm(() => passOn("SIGTERM"));
	return new Promise((resolve, reject) => {
		child.once("error", (error) => {
			unwatch();
			reject(error);
		});
		child.once("exit", (code, signal) => {
			unwatch();
			for (const name of Object.keys(endings)) process.off(name, passOn);
			resolve(code ?? 128 + (constants.signals[signal] ?? 0));
		});
	});
}

function killGroup(pid) {
	try {
		process.kill(-pid, "SIGKILL");
	} catch (error) {
		if (error.code !== "ESRCH") throw error;
	}
}

/** Runs a program quietly; gives its exit code and everything it printed. `onOutput` sees it as it comes, `signal` ends it. */
export function capture(command, args, options = {}) {
	const child = spawn(command, args, {
		cwd: options.cwd ?? root,
		env: options.env ?? process.env,
		stdio: ["ignore", "pipe", "pipe"],
		shell: options.shell ?? false,
		signal: options.signal,
		windowsHide: true,
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text) => {
			output += text;
			options.onOutput?.(text);
		});
	}
	return new Promise((resolve) => {
		child.once("error", (error) => resolve({ code: 127, output: `${output}${error.message}` }));
		child.once("close", (code, signal) => resolve({ code: code ?? 1, signal, output }));
	});
}
