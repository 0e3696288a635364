import type { Page } from "puppeteer-core";
import { z } from "zod";
import { administrator, type Product } from "./product.ts";
import { until } from "./wait.ts";

const textsSchema = z.array(z.string());

/** The page as a person sees it. */
export function lookAt(page: Page) {
	const texts = async (selector: string) =>
		textsSchema.parse(await page.$$eval(selector, (found) => found.map((element) => element.textContent ?? "")));
	const look = {
		/** Waits until some element shows a text that fits, and gives that text. */
		see: (selector: string, fits: RegExp, withinMs: number) =>
			until(`${fits} in ${selector}`, withinMs, async () =>
				(await texts(selector)).find((text) => fits.test(text)),
			).catch(async (error: Error) => {
				throw new Error(`${error.message}; the page shows: ${(await texts("body")).join(" ").slice(0, 2_000)}`);
			}),
		texts,
		/** Opens the page and signs in by name and password. */
		async signIn(product: Product, { username, password } = administrator) {
			await page.goto(product.url);
			await page.waitForSelector('input[name="username"]');
			await page.type('input[name="username"]', username);
			await page.type('input[name="password"]', password);
			await page.keyboard.press("Enter");
			await look.connected();
		},
		/** Waits until the microphone can be used. */
		connected: () =>
			until("the page is connected", 20_000, async () => (await page.$('button[aria-label="Talk"]:enabled')) !== null),
		talk: () => page.click('button[aria-label="Talk"]'),
		handsFree: () => page.click('input[role="switch"]'),
		async type(text: string) {
			await page.type("#words", text);
			await page.keyboard.press("Enter");
		},
	};
	return look;
}
