import { execFile } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { type ScriptedGateway, startGateway } from "./gateway.ts";

const run = promisify(execFile);

/** Builds the page as it is shipped into a folder of its own. */
async function buildPage(): Promise<{ folder: string; remove(): Promise<void> }> {
	const folder = mkdtempSync(join(tmpdir(), "aios-page-"));
	const vite = join("node_modules", "vite", "bin", "vite.js");
	// The test runner's own NODE_ENV would make a development build.
	const env = { ...process.env, NODE_ENV: "production" };
	await run("node", [vite, "build", join("ui", "web"), "--outDir", folder, "--logLevel", "warn"], { env });
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Starts the system's Chromium with a microphone that beeps, with one that nobody may use, or with none.
 * `http://aios.test` is this machine as another machine would see it: not a secure page.
 */
export async function startBrowser(microphone: "beeps" | "refused" | "none" = "beeps"): Promise<Browser> {
	const executablePath = browserPath();
	if (executablePath === undefined) throw new Error("no Chromium or Chrome was found");
	const device = microphone === "none" ? [] : ["--use-fake-device-for-media-stream"];
	const consent = microphone === "refused" ? ["--deny-permission-prompts"] : ["--use-fake-ui-for-media-stream"];
	return puppeteer.launch({
		executablePath,
		args: [
			"--disable-gpu",
			"--autoplay-policy=document-user-activation-required",
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--host-resolver-rules=MAP aios.test 127.0.0.1",
			...device,
			...consent,
		],
	});
}

export function browserPath(): string | undefined {
	const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
	const folders = (process.env.PATH ?? "").split(":");
	const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...paths, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].find((path) => existsSync(path));
}

/** The page built once for a file's tests; what it gives runs a test with a gateway of its own that serves it. */
export function withBuiltPage(): (run: (gateway: ScriptedGateway) => Promise<void>) => Promise<void> {
	let built: Awaited<ReturnType<typeof buildPage>> | undefined;
	beforeAll(async () => {
		built = await buildPage();
	});
	afterAll(() => built?.remove());
	return async (run) => {
		if (built === undefined) throw new Error("the page is not built yet");
		const gateway = await startGateway(built.folder);
		try {
			await run(gateway);
		} finally {
			await gateway.stop();
		}
	};
}

/** Everything a person would call broken: policy violations, uncaught errors, files that did not come. */
export function watchForTrouble(page: Page): string[] {
	const trouble: string[] = [];
	page.on("pageerror", (error) => trouble.push(String(error)));
	page.on("console", (message) => {
		const text = message.text();
		if (/Content Security Policy|malformed/i.test(text)) trouble.push(text);
	});
	page.on("request", (request) => {
		const { hostname, protocol } = new URL(request.url());
		if (protocol !== "data:" && hostname !== "127.0.0.1") trouble.push(`asked for ${request.url()}`);
	});
	return trouble;
}

/** Text of the first element that matches, waiting until it holds `text`. */
export async function seeText(page: Page, selector: string, text: string): Promise<void> {
	await page.waitForFunction(
		(where: string, what: string) => [...document.querySelectorAll(where)].some((e) => e.textContent?.includes(what)),
		{ timeout: 10_000 },
		selector,
		text,
	);
}
