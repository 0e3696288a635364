import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Reply } from "../../core/contract/index.ts";
import { chromium } from "./harness/browser.ts";
import { type Product, startProduct } from "./harness/product.ts";
import { connectSatellite, type Satellite } from "./harness/satellite.ts";
import { samplesOf, voice } from "./harness/sound.ts";
import { until } from "./harness/wait.ts";

const page = (body: string) =>
	new Response(`<!doctype html><title>${body}</title><h1>${body}</h1>`, { headers: { "content-type": "text/html" } });

describe.skipIf(voice === undefined || chromium === undefined)("spoken to the browser", () => {
	const asked: string[] = [];
	const web = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		fetch(request): Response {
			const { origin, pathname, searchParams } = new URL(request.url);
			asked.push(`${pathname} ${searchParams.get("q") ?? ""}`.trim());
			if (pathname !== "/html/") return page(pathname.slice(1));
			const found = ["first", "second"].map(
				(name) => `<div class="result"><a class="result__a" href="${origin}/${name}">The ${name} page</a></div>`,
			);
			return page(`<div id="links">${found.join("")}</div>`);
		},
	});
	let product: Product;
	let satellite: Satellite;

	beforeAll(async () => {
		product = await startProduct({
			AIOS_SERVERS_BROWSER_SEARCH_URL: `${web.url}html/`,
			AIOS_SERVERS_BROWSER_PRIVATE_HOSTS: `127.0.0.1:${web.port}`,
		});
		satellite = await connectSatellite(product);
	});
	afterAll(async () => {
		satellite?.close();
		await product?.dispose();
		await web.stop(true);
	});

	test("a search is made in the words spoken", async () => {
		await satellite.listen({ session: "spoken" });
		await satellite.play(samplesOf([{ silenceMs: 400 }, { say: "Search the internet for good coffee." }]));
		const reply = await until<Reply>("the results", 30_000, () =>
			satellite
				.events("reply")
				.map(({ payload }) => payload)
				.find(({ tool, status }) => tool === "search" && status === "done"),
		).catch((error: Error) => {
			throw new Error(`${error.message}; it got:\n${satellite.log()}`, { cause: error });
		});
		expect(reply.reply).toContain("The first page");
		expect(asked.join()).toMatch(/\/html\/ good coffee/i);
	});
});
