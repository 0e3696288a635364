import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { replySchema } from "../../core/contract/index.ts";
import { chromium, openBrowser } from "./harness/browser.ts";
import { historyOf } from "./harness/history.ts";
import { lookAt } from "./harness/page.ts";
import { stillAlive } from "./harness/process-tree.ts";
import { type Product, startProduct } from "./harness/product.ts";
import { until } from "./harness/wait.ts";

const products: Product[] = [];
afterEach(async () => {
	for (const product of products.splice(0)) await product.dispose();
});
async function start() {
	const product = await startProduct();
	products.push(product);
	return product;
}

test("Ctrl-C ends everything and leaves no process behind", async () => {
	const product = await start();
	expect(product.processes().length).toBeGreaterThan(2);
	const { code, left } = await product.stop();
	expect(code).toBe(0);
	expect(left).toEqual([]);
});

test("what was asked for before the power went is there after it came back", async () => {
	const product = await start();
	const added = await product.post("/command", { text: "add milk to my shopping list" }, replySchema);
	expect(added.status).toBe("done");
	await product.kill();
	await product.start();
	const list = await product.post("/command", { text: "what is on my shopping list" }, replySchema);
	expect(list.reply).toMatch(/milk/i);
});

test("when the main process is killed, its servers end by themselves", async () => {
	const product = await start();
	const [main = -1, ...servers] = product.processes();
	expect(servers.length).toBeGreaterThan(0);
	process.kill(main, "SIGKILL");
	await until("every server has ended", 10_000, () => stillAlive(servers).length === 0);
});

test("a server that dies is back for the next command; under load it gets a copy, and whichever is killed then loses no call", {
	timeout: 120_000,
}, async () => {
	const product = await start();
	const [server = -1] = product.processes("serve.ts system");
	process.kill(server, "SIGKILL");
	const reply = await until("an answer of the system server", 20_000, async () => {
		const answer = await product.post("/command", { tool: "system_info", arguments: {} }, replySchema);
		return answer.status === "done" && answer;
	});
	expect(reply.server).toBe("system");
	expect(product.processes("serve.ts system")).not.toContain(server);

	let going = true;
	const others: string[] = [];
	const load = Array.from({ length: 24 }, async () => {
		while (going) {
			const { status, error } = await product.post("/command", { tool: "system_info", arguments: {} }, replySchema);
			if (status !== "done") others.push(`${status}: ${error?.code} ${error?.message}`);
		}
	});
	const bothServe = () =>
		until("two copies that have served", 30_000, async () => {
			const { servers } = await product.status();
			const { replicas = [] } = servers.find(({ name }) => name === "system") ?? {};
			return replicas.length === 2 && replicas.every(({ status, latency_ms }) => status === "healthy" && latency_ms);
		});
	for (const victim of [0, 1]) {
		await bothServe();
		process.kill(product.processes("serve.ts system")[victim] ?? -1, "SIGKILL");
		await until("it is found out", 5_000, () => product.processes("serve.ts system").length < 2);
	}
	await bothServe();
	going = false;
	await Promise.all(load);
	expect(others).toEqual([]);
});

describe.skipIf(chromium === undefined)("on the page", () => {
	test("the printed address signs in once, and a typed command is answered", async () => {
		const product = await start();
		const { browser, page } = await openBrowser();
		try {
			const look = lookAt(page);
			const address = await product.signInUrl();
			await page.goto(address);
			await look.connected();
			await look.type("what is 17 times 23");
			await look.see('[data-part="answer"]', /391/, 10_000);
			await look.see('[data-part="understood"]', /main server/, 1_000);
			expect((await historyOf(product)).at(-1)?.tool).toBe("calculate");
			const second = await fetch(`${product.url}/token`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ grant_type: "one_time_token", token: new URL(address).searchParams.get("token") }),
			});
			expect(second.status).toBe(401);
			z.object({ code: z.literal("unauthenticated") }).parse(await second.json());
		} finally {
			await browser.close();
		}
	});

	test("it connects again by itself when the assistant was killed and started anew", async () => {
		const product = await start();
		const { browser, page } = await openBrowser();
		try {
			const look = lookAt(page);
			await look.signIn(product);
			await product.kill();
			await page.waitForSelector('button[aria-label="Microphone, not connected"]', { timeout: 15_000 });
			await product.start();
			await look.connected();
			await look.type("what is 6 times 7");
			await look.see('[data-part="answer"]', /42/, 15_000);
		} finally {
			await browser.close();
		}
	});
});
