import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { AiosError, type Logger } from "../../../core/contract/index.ts";

/** How long a browser may take to start, in milliseconds. */
const startMs = 30_000;

export interface BrowserProcessDeps {
	/** Path of the program; undefined where none was found. */
	executable: string | undefined;
	visible: boolean;
	/** How long it may take to answer anything, in milliseconds. */
	answerMs: number;
	/** Port of the proxy that is the only way out. */
	proxyPort(): Promise<number>;
	/** Holds the profiles, one for each start. */
	dataDir: string;
	env: Readonly<Record<string, string>>;
	/** Called when the browser is gone, whoever ended it. */
	onGone(): void;
	log: Logger;
}

/** The one browser. It starts when first needed, and anew at the next call after it crashed or was closed. */
export interface BrowserProcess {
	/** Throws `missing_part` where there is no browser, `unavailable` where it does not start. */
	get(): Promise<Browser>;
	running(): boolean;
	close(): Promise<void>;
}

export function createBrowserProcess(deps: BrowserProcessDeps): BrowserProcess {
	let current: Promise<Browser> | undefined;
	let cleaning: Promise<void> | undefined;

	const start = async (): Promise<Browser> => {
		const { browser, profile } = await launch(deps);
		browser.once("disconnected", () => {
			current = undefined;
			deps.onGone();
			cleaning = rm(profile, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
		});
		return browser;
	};
	return {
		async get() {
			const known = await current?.catch(() => undefined);
			if (known?.connected) return known;
			const starting = start();
			current = starting;
			starting.catch(() => {
				if (current === starting) current = undefined;
			});
			return starting;
		},
		running: () => current !== undefined,
		async close() {
			const browser = await current?.catch(() => undefined);
			await browser?.close().catch(() => browser.process()?.kill("SIGKILL"));
			await cleaning;
		},
	};
}

async function launch(deps: BrowserProcessDeps): Promise<{ browser: Browser; profile: string }> {
	const { executable, visible, dataDir, env, log } = deps;
	if (executable === undefined) {
		throw new AiosError("missing_part", "No Chrome, Chromium or Edge is installed.", {
			fix: "Install Chrome or Chromium, or name the program as executable in the settings of the browser.",
			spoken: "I found no browser on this machine. Install Chrome or Chromium.",
		});
	}
	const profiles = join(dataDir, "profiles");
	await mkdir(profiles, { recursive: true, mode: 0o700 });
	await removeOld(profiles);
	const profile = await mkdtemp(join(profiles, "profile-"));
	const proxyPort = await deps.proxyPort();
	const { launch: launchBrowser } = await import("puppeteer-core");
	const started = performance.now();
	try {
		const browser = await launchBrowser({
			executablePath: executable,
			headless: !visible,
			// A pipe is a door only this process has, and the browser ends with it.
			pipe: true,
			userDataDir: profile,
			env: { ...env },
			timeout: startMs,
			protocolTimeout: deps.answerMs,
			defaultViewport: visible ? null : { width: 1280, height: 800 },
			// Pages may not open windows nobody asked for.
			ignoreDefaultArgs: ["--disable-popup-blocking"],
			handleSIGINT: false,
			handleSIGTERM: false,
			handleSIGHUP: false,
			args: browserArguments(proxyPort),
		});
		log.info("the browser started", { program: executable, ms: Math.round(performance.now() - started) });
		return { browser, profile };
	} catch (cause) {
		await rm(profile, { recursive: true, force: true }).catch(() => {});
		throw new AiosError("unavailable", `The browser ${executable} did not start: ${firstLine(cause)}`, {
			fix: "Start it by hand once to see what is wrong with it.",
			spoken: "The browser did not start. The details are on the page.",
			cause,
		});
	}
}

function browserArguments(proxyPort: number): string[] {
	return [
		`--proxy-server=socks5://127.0.0.1:${proxyPort}`,
		// Loopback goes through the proxy too, and nothing is looked up beside it.
		"--proxy-bypass-list=<-loopback>",
		"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
		// Calls between browsers send datagrams past any proxy unless told not to; the second is the older name.
		"--webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--disable-quic",
		// The browser's sandbox can't run as root, where containers often start things.
		...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
	];
}

/** Profiles of browsers that ended with their machine. One still in use can't be, since there is one browser. */
async function removeOld(profiles: string): Promise<void> {
	for (const name of await readdir(profiles)) {
		await rm(join(profiles, name), { recursive: true, force: true }).catch(() => {});
	}
}

function firstLine(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).trim().split("\n", 1)[0] ?? "";
}
