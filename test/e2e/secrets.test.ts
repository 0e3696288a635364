import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startCollector } from "../fixtures/collector.ts";
import { administrator, type Product, startProduct } from "./harness/product.ts";
import { until } from "./harness/wait.ts";

/** Each is somewhere on its own, so that the one that is found tells where it leaked. */
const secrets = {
	setting: "llm-key-4c1f8e",
	collector: "collector-key-77ab21",
	argument: "argument-9d3b60",
	nested: "nested-e81c55",
	spoken: "spoken-token-5f0aa2",
	query: "query-3ce917",
	wrongPassword: "wrong-password-b2d4f0",
	newPassword: "new-password-1e6c93",
	bearer: "bearer-f7a8d1",
	environment: "environment-60bd3e",
	mcp: "mcp-a90c72",
};

const collector = startCollector();
let product: Product;
beforeAll(async () => {
	product = await startProduct({
		AIOS_LOG_LEVEL: "debug",
		AIOS_LLM_URL: "http://127.0.0.1:9/v1",
		AIOS_LLM_MODEL: "none",
		AIOS_LLM_KEY: secrets.setting,
		AIOS_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
		AIOS_TRACES_HEADERS: `api-key=${secrets.collector}`,
		AIOS_TRACES_PROTOCOL: "http/json",
		AIOS_TRACES_DELAY_MS: "50",
		AIOS_TRACES_CONTENT: "true",
	});
});
afterAll(async () => {
	await product?.dispose();
	collector.stop();
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
	const answer = await fetch(product.url + path, {
		method: "POST",
		headers: { authorization: `Bearer ${product.token}`, "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});
	return answer.text();
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

test("no surface's secrets are in the log, the database, the audit log, the history or the traces", async () => {
	const shown: string[] = [];
	await post("/token", { username: "admin", password: secrets.wrongPassword });
	await post("/users", { name: "bob", password: secrets.newPassword, role: "user" });
	const made = z.object({ key: z.string() }).parse(JSON.parse(await post("/api_keys", { name: "script" })));
	await fetch(`${product.url}/tools?api_key=${secrets.query}`, {
		headers: { authorization: `Bearer ${secrets.bearer}` },
	});
	await fetch(`${product.url}/socket.io/?EIO=4&transport=polling&token=${secrets.query}`);
	const call = {
		tool: "get_time",
		server: "main",
		arguments: { password: secrets.argument, deep: { api_key: secrets.nested } },
	};
	await post("/command", call);
	await post("/command", { ...call, tool: "execute_command", server: "system" });
	await post("/get_time", { token: secrets.argument });
	await post("/command", { text: `what is https://x.example/?token=${secrets.spoken}` });
	await post("/command", { text: `the key is ${made.key}` });
	await post("/command", { text: "what is two plus two" });
	await post("/register_server", { name: "u", url: `http://ada:${secrets.query}@127.0.0.1:9` });
	await post("/register_server", { name: "q", url: `http://127.0.0.1:9/?api_key=${secrets.query}` });
	const program = {
		name: "p",
		type: "stdio",
		command: process.execPath,
		args: [join(import.meta.dirname, "../fixtures/stdio-process.ts")],
		env: { TOKEN: secrets.environment },
	};
	expect(await post("/register_server", { ...program, name: "q", command: "/nonexistent" })).toContain(
		"upstream_failed",
	);
	shown.push(await post("/register_server", program));
	expect(shown[0]).toContain("whoami");
	await post("/mcp", {
		jsonrpc: "2.0",
		id: 1,
		method: "tools/call",
		params: { name: "main_get_time", arguments: { password: secrets.mcp } },
	});
	await until("the last command's trace", 10_000, () =>
		collector.spans().some(({ attributes }) => String(attributes["aios.text"]).includes("two plus two")),
	);
	await Bun.sleep(400);

	const traces = JSON.stringify(collector.spans());
	const rows = z.looseObject({});
	shown.push(
		JSON.stringify(await product.get("/audit?limit=999", rows)),
		JSON.stringify(await product.get("/history?limit=999&all=true", rows)),
		JSON.stringify(await product.get("/system/status", rows)),
		product.output(),
	);
	const kept = filesBelow(product.dataDir).filter((path) => !/[\\/](cli-token|keys\.json)$/.test(path));
	expect(kept.map((path) => path.slice(product.dataDir.length + 1))).toContain("aios.db");
	const log = readFileSync(join(product.dataDir, "logs", "aios.log"), "utf8");
	expect(log).toContain('"level":"info"');
	// The content that is allowed went along, so what is missing was taken out of it.
	expect(traces).toContain("what is two plus two");
	expect(traces).toContain("(hidden)");

	const all = { ...secrets, password: administrator.password, key: made.key, token: product.token };
	for (const [name, secret] of Object.entries(all)) {
		expect(traces.includes(secret), `${name} in the traces`).toBe(false);
		for (const text of shown) expect(text.includes(secret), `${name} in ${text.slice(0, 60)}`).toBe(false);
		for (const path of kept) {
			if (!existsSync(path) || statSync(path).size > 50_000_000) continue;
			expect(readFileSync(path).includes(secret), `${name} in ${path}`).toBe(false);
		}
	}
});
