import { existsSync } from "node:fs";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { tapLoudspeaker } from "./loudspeaker.ts";

/** Chromium or Chrome as installed; tests that need one are skipped without it. */
export const chromium =
	["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
		.map((name) => Bun.which(name))
		.find(Boolean) ?? ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].find((path) => existsSync(path));

/** A browser whose microphone plays a WAV file once, from the moment the page opens the microphone. */
export async function openBrowser(microphone?: string): Promise<{ browser: Browser; page: Page }> {
	const browser = await puppeteer.launch({
		executablePath: chromium ?? "chromium",
		headless: true,
		args: [
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--autoplay-policy=no-user-gesture-required",
			"--use-fake-ui-for-media-stream",
			"--use-fake-device-for-media-stream",
			...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`]),
		],
	});
	const page = (await browser.pages())[0] ?? (await browser.newPage());
	await page.setViewport({ width: 1280, height: 900 });
	await page.evaluateOnNewDocument(tapLoudspeaker);
	return { browser, page };
}
