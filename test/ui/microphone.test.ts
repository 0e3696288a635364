import { describe, test } from "vitest";
import { browserPath, seeText, startBrowser, withBuiltPage } from "./support/page.ts";
import { openScreen } from "./support/screen.ts";

describe.skipIf(browserPath() === undefined)("a microphone that can't be used", () => {
	const withGateway = withBuiltPage();

	test.each([
		["refused", "The microphone is blocked for this page"],
		["none", "No microphone was found"],
	] as const)("%s: the page says so and what to do, and typing still works", (microphone, message) =>
		withGateway(async (gateway) => {
			const browser = await startBrowser(microphone);
			try {
				const { page, see, type } = await openScreen(browser, gateway);
				await page.click("button[aria-label=Talk]");
				await see("[role=alert]", message);
				await type("hello");
				await see("[data-part=answer]", "You typed hello.");
			} finally {
				await browser.close();
			}
		}),
	);

	test("on an insecure address the page says which address to use", () =>
		withGateway(async (gateway) => {
			const browser = await startBrowser();
			try {
				const page = await browser.newPage();
				await page.goto(`${gateway.url.replace("127.0.0.1", "aios.test")}/?token=once`);
				await seeText(page, "header", "servers ready");
				await page.click("button[aria-label=Talk]");
				await seeText(page, "[role=alert]", "http://localhost");
			} finally {
				await browser.close();
			}
		}));
});
