import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AiosError, silentLogger } from "../../core/contract/index.ts";
import { createServerApp, type ServerApp } from "../../core/surface/index.ts";
import { kit } from "../fixtures/kit/index.ts";
import { admin, guest } from "../fixtures/people.ts";

let app: ServerApp;
let server: Bun.Server<undefined>;
let base: string;

beforeAll(async () => {
	app = createServerApp({
		definition: kit,
		adapters: { counter: { value: 0 }, closed() {} },
		authenticate: (request) => {
			const token = request.headers.get("authorization");
			if (token === "Bearer admin") return admin;
			if (token === "Bearer guest") return guest;
			throw new AiosError("unauthenticated", "Sign in first.");
		},
		version: "1.2.3",
		log: silentLogger,
	});
	server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.app.fetch });
	base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
	await app.close();
	await server.stop(true);
});

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
	return fetch(`${base}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: "Bearer admin", ...headers },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
}

describe("POST /TOOL", () => {
	test("answers with the tool's output", async () => {
		const response = await post("/add", { a: 2, b: 3 });
		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({ sum: 5 });
	});

	test("what was done is answered also where it could not be written down, and says so", async () => {
		const { app } = createServerApp({
			definition: kit,
			adapters: { counter: { value: 0 }, closed() {} },
			authenticate: () => admin,
			record: () => Promise.reject(new AiosError("disk_full", "There is no room left on the disk.")),
			version: "1.2.3",
			log: silentLogger,
		});
		const headers = { host: "localhost", "content-type": "application/json" };
		const response = await app.request("/wipe", { method: "POST", headers, body: "{}" });
		expect(response.status).toBe(200);
		expect(response.headers.get("x-aios-warning")).toContain("disk_full");
	});

	test("names each wrong field, its value and what was expected", async () => {
		const response = await post("/add", { a: "two", b: 300, c: 1 });
		expect(response.status).toBe(400);
		expect(response.headers.get("content-type")).toContain("application/problem+json");
		const problem = await response.json();
		expect(problem).toMatchObject({ type: "about:blank", status: 400, code: "bad_request" });
		expect(problem.detail).toContain('a is "two"');
		expect(problem.detail).toContain("b is 300");
		expect(problem.detail).toContain("100");
		expect(problem.detail).toContain("no field c");
	});

	test("names a missing field", async () => {
		const problem = await (await post("/add", { a: 1 })).json();
		expect(problem.detail).toContain("b is missing");
	});

	test.each([
		["not JSON", "{", "application/json"],
		["another content type", "{}", "text/plain"],
	])("refuses a body that is %s", async (_what, body, type) => {
		expect((await post("/add", body, { "content-type": type })).status).toBe(400);
	});

	test("refuses a body that is too large before reading it", async () => {
		const response = await post("/echo", { text: "x".repeat(9_000_000) });
		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({ code: "too_large" });
	});

	test("refuses a body without a length once it grows too large", async () => {
		const chunk = new TextEncoder().encode(" ".repeat(1_000_000));
		let sent = 0;
		const body = new ReadableStream({
			pull(controller) {
				sent += 1;
				if (sent > 20) controller.close();
				else controller.enqueue(chunk);
			},
		});
		const response = await fetch(`${base}/echo`, {
			method: "POST",
			body,
			headers: { "content-type": "application/json", authorization: "Bearer admin" },
		});
		expect(response.status).toBe(413);
	});

	test("refuses a result too large for anyone, with what to do", async () => {
		const problem = await (await post("/misbehave", { way: "huge" })).json();
		expect(problem).toMatchObject({ code: "too_large", fix: expect.stringContaining("smaller") });
	});

	test("a result that does not match its own description is our fault, not the caller's", async () => {
		expect((await post("/misbehave", { way: "wrong output" })).status).toBe(500);
	});

	test("a typed failure keeps its code and its fix", async () => {
		const response = await post("/misbehave", { way: "typed" });
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({
			code: "not_found",
			detail: "No such thing.",
			fix: "Look elsewhere.",
		});
	});

	test("a result that can't be put into words is still a result", async () => {
		expect(await (await post("/misbehave", { way: "speechless" })).json()).toEqual({ text: "speechless" });
	});

	test("a tool that does not stop when told to does not hold its caller past the deadline", async () => {
		const response = await post("/wait", { ms: 15_000, stubborn: true });
		expect(response.status).toBe(504);
		expect(await response.json()).toMatchObject({ code: "timeout" });
	});

	test("an unknown tool is not found", async () => {
		expect((await post("/nothing", {})).status).toBe(404);
	});
});

describe("doors", () => {
	test("health needs no credentials; everything else does", async () => {
		const health = await fetch(`${base}/health`);
		expect(await health.json()).toMatchObject({ status: "healthy", requirements: [{ name: "part", ok: true }] });
		for (const path of ["/openapi.json", "/mcp"]) expect((await fetch(`${base}${path}`)).status).toBe(401);
		const refused = await post("/add", { a: 1, b: 1 }, { authorization: "Bearer forged" });
		expect(refused.status).toBe(401);
		expect(refused.headers.get("www-authenticate")).toBe("Bearer");
	});

	test("a guest may read and not act", async () => {
		const headers = { authorization: "Bearer guest" };
		expect((await post("/add", { a: 1, b: 1 }, headers)).status).toBe(200);
		expect((await post("/count", {}, headers)).status).toBe(403);
	});

	test("a name that is not ours is refused: DNS rebinding", async () => {
		for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""]) {
			expect((await fetch(`${base}/health`, { headers: { host } })).status).toBe(403);
		}
		for (const host of ["localhost:1", "127.0.0.1", "[::1]:80"]) {
			expect((await fetch(`${base}/health`, { headers: { host } })).status).toBe(200);
		}
	});

	test("another site's requests are refused", async () => {
		for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"]) {
			expect((await post("/add", { a: 1, b: 1 }, { origin })).status).toBe(403);
		}
		expect((await post("/add", { a: 1, b: 1 }, { origin: "http://localhost:9000" })).status).toBe(200);
	});
});

test("the OpenAPI document has every tool, strict inputs and no bounds nobody set", async () => {
	const document = await (await fetch(`${base}/openapi.json`, { headers: { authorization: "Bearer admin" } })).json();
	expect(document.openapi).toBe("3.1.0");
	expect(Object.keys(document.paths)).toEqual(["/health", ...kit.tools.map(({ name }) => `/${name}`)]);
	const schema = document.paths["/add"].post.requestBody.content["application/json"].schema;
	expect(schema).toEqual({
		type: "object",
		properties: { a: { type: "integer" }, b: { type: "integer", minimum: 0, maximum: 100 } },
		required: ["a", "b"],
		additionalProperties: false,
	});
	expect(document.paths["/echo"].post.requestBody.content["application/json"].schema.properties.text["x-slot"]).toBe(
		"text",
	);
});
