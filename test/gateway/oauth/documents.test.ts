import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fetchPinned } from "../../../core/gateway/oauth/client-document.ts";
import { startApp } from "../support/app.ts";
import { callback, dance, stage } from "./support.ts";

const id = "https://app.example.com/client.json";
const good = { client_id: id, client_name: "Described", redirect_uris: [callback] };

/** The network as a test holds it: which addresses names have, and what is answered. */
const world = {
	addresses: ["93.184.216.34"],
	document: good as unknown,
	status: 200,
	type: "application/json",
	control: "max-age=60",
	fetched: [] as { url: string; address: string }[],
};
const reach = {
	resolve: async () => world.addresses,
	async get(url: string, address: string, limit: number) {
		world.fetched.push({ url, address });
		const text = JSON.stringify(world.document);
		if (text.length > limit) throw new Error("too long");
		const headers = new Headers({ "content-type": world.type, "cache-control": world.control });
		return { status: world.status, headers, text };
	},
};

const { app, time, steps, cookie } = await stage({}, { reach });

const ask = (client = id, change = {}) => steps.open(steps.address(client, change), cookie);
/** With the world changed for a moment, and what was kept of the description out of date. */
async function given(change: Partial<typeof world>, client = id) {
	const before = { ...world };
	time.pass(120_000);
	Object.assign(world, change);
	const page = await ask(client);
	Object.assign(world, { ...before, fetched: world.fetched });
	return page;
}

test("a program that describes itself at its own address is let in without registering", async () => {
	const page = await ask();
	expect(page.body).toContain("Let “Described” in?");
	expect(page.body).toContain("app.example.com");
	expect(world.fetched).toEqual([{ url: id, address: "93.184.216.34" }]);
	const tokens = await steps.tokensFor(id, cookie);
	expect((await steps.mcp("/mcp", tokens.access_token)).status).toBe(200);
	// The description is kept as long as its server said, and fetched again after that.
	expect(world.fetched).toHaveLength(1);
	time.pass(61_000);
	await ask();
	expect(world.fetched).toHaveLength(2);
});

test("nothing is fetched for somebody who is not signed in", async () => {
	const before = world.fetched.length;
	await app.send(steps.address("https://other.example.com/x"));
	expect(world.fetched).toHaveLength(before);
});

test.each([
	["127.0.0.1", ["127.0.0.1"]],
	["a private network, behind a public address", ["93.184.216.34", "10.0.0.7"]],
	["the cloud's metadata", ["169.254.169.254"]],
	["loop-back in IPv6", ["::1"]],
	["loop-back inside IPv6", ["::ffff:127.0.0.1"]],
	["NAT64 of a private network", ["64:ff9b::a00:1"]],
	["a unique local address", ["fd00::1"]],
	["no address at all", []],
])("a name that leads to %s is not fetched from (SSRF)", async (_, addresses) => {
	const before = world.fetched.length;
	expect((await given({ addresses })).status).toBe(400);
	expect(world.fetched).toHaveLength(before);
	expect((await given({})).status).toBe(200);
});

test.each([
	"http://app.example.com/client.json",
	"https://app.example.com/",
	"https://127.0.0.1/client.json",
	"https://[::1]/client.json",
	"https://2130706433/client.json",
	"https://user:pass@app.example.com/client.json",
	"https://app.example.com/a/../client.json",
	"https://app.example.com/client.json#x",
	`https://app.example.com/${"a".repeat(600)}`,
])("%s is no address of a description", async (client) => {
	const before = world.fetched.length;
	expect((await given({ document: { ...good, client_id: client } }, client)).status).toBe(400);
	expect(world.fetched).toHaveLength(before);
});

test.each<[string, Partial<typeof world>]>([
	["of another program", { document: { ...good, client_id: "https://app.example.com/other.json" } }],
	["without addresses", { document: { ...good, redirect_uris: [] } }],
	["without a name", { document: { client_id: id, redirect_uris: [callback] } }],
	["with a secret", { document: { ...good, client_secret: "s" } }],
	["that wants to be known by a key", { document: { ...good, token_endpoint_auth_method: "private_key_jwt" } }],
	["that is too long", { document: { ...good, more: "a".repeat(9_000) } }],
	["that is a page", { type: "text/html" }],
	["that is elsewhere", { status: 302 }],
])("a description %s is refused, and what was known before does not stand in", async (_, change) => {
	const page = await given(change);
	expect(page.status).toBe(400);
	expect(page.body).not.toContain('name="request"');
	expect((await given({})).status).toBe(200);
});

test("an answer goes only to an address of the description", async () => {
	expect((await ask(id, { redirect_uri: "https://evil.example/cb" })).status).toBe(400);
	expect((await ask()).status).toBe(200);
});

test("offline, no description is fetched and none is promised", async () => {
	const offline = await startApp({ env: { AIOS_OFFLINE: "true" }, reach });
	const before = world.fetched.length;
	const own = dance(offline);
	const { body } = await offline.send("/.well-known/oauth-authorization-server");
	expect(body.client_id_metadata_document_supported).toBe(false);
	expect((await own.open(own.address(id), await own.browser())).status).toBe(400);
	expect(world.fetched).toHaveLength(before);
	await offline.stop();
});

test("the connection goes to the address that was checked, and the certificate must be the name's", async () => {
	const folder = mkdtempSync(join(tmpdir(), "aios-tls-"));
	const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
	const name = "app.example.com";
	const made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" ");
	const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
	execFileSync("openssl", [...made, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
	const ca = readFileSync(cert, "utf8");
	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		tls: { key: readFileSync(key, "utf8"), cert: ca },
		fetch: (request) =>
			new URL(request.url).pathname === "/moved"
				? Response.redirect("http://127.0.0.1:1/", 302)
				: Response.json({ host: request.headers.get("host") }),
	});
	const at = (host: string, path: string) => `https://${host}:${server.port}${path}`;
	const answer = await fetchPinned(at(name, "/client.json"), "127.0.0.1", 5_000, ca);
	expect(answer).toMatchObject({ status: 200, text: `{"host":"${name}:${server.port}"}` });
	expect((await fetchPinned(at(name, "/moved"), "127.0.0.1", 5_000, ca)).status).toBe(302);
	await expect(fetchPinned(at("other.example.com", "/"), "127.0.0.1", 5_000, ca)).rejects.toThrow();
	await expect(fetchPinned(at(name, "/"), "127.0.0.1", 5_000)).rejects.toThrow();
	await expect(fetchPinned(at(name, "/"), "127.0.0.1", 5, ca)).rejects.toThrow("more than 5 bytes");
	await server.stop(true);
	rmSync(folder, { recursive: true });
});
