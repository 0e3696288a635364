import type { Browser, BrowserContext, Page } from "puppeteer-core";
import type { ScriptedGateway } from "./gateway.ts";
import { seeText, watchForTrouble } from "./page.ts";

export interface Screen {
	page: Page;
	context: BrowserContext;
	/** What a person would call broken; empty at the end of a good test. */
	trouble: string[];
	see(selector: string, text: string): Promise<void>;
	type(text: string): Promise<void>;
	/** Tab until the focused element's name or text holds this. */
	tabTo(name: string): Promise<void>;
}

export interface ScreenOptions {
	scheme?: "light" | "dark";
	width?: number;
	height?: number;
	path?: string;
	/** Run in the page before its own scripts. */
	before?: () => void;
}

/** Opens the page as a new visitor with a one-time token. */
export async function openScreen(
	browser: Browser,
	gateway: ScriptedGateway,
	options: ScreenOptions = {},
): Promise<Screen> {
	const { scheme = "light", width = 1280, height = 800, path = "/?token=once", before } = options;
	const context = await browser.createBrowserContext();
	const page = await context.newPage();
	const trouble = watchForTrouble(page);
	await page.setViewport({ width, height });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
	if (before !== undefined) await page.evaluateOnNewDocument(before);
	await page.goto(gateway.url + path);
	const see = (selector: string, text: string) => seeText(page, selector, text);
	if (path.includes("token=")) await see("header", "servers ready");
	return {
		page,
		context,
		trouble,
		see,
		async type(text) {
			await page.type("#words", text);
			await page.keyboard.press("Enter");
		},
		async tabTo(name) {
			for (let i = 0; i < 40; i++) {
				await page.keyboard.press("Tab");
				const focused = await page.evaluate(() => {
					const element = document.activeElement === document.body ? null : document.activeElement;
					return `${element?.getAttribute("aria-label") ?? ""} ${element?.textContent ?? ""}`;
				});
				if (focused.includes(name)) return;
			}
			throw new Error(`Tab never came to ${name}`);
		},
	};
}
