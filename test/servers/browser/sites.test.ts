import { createConnection, createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../core/contract/index.ts";
import { startProxy } from "../../../servers/browser/adapters/proxy.ts";
import { browserSettings } from "../../../servers/browser/adapters/settings.ts";
import { createSites } from "../../../servers/browser/adapters/sites.ts";

const rules = (settings: Partial<Parameters<typeof createSites>[0]> = {}) =>
	createSites({ allowedSites: [], blockedSites: [], privateHosts: [], ...settings });

describe("an address that is opened", () => {
	test.each([
		["github.com", "https://github.com/"],
		["https://example.com/a?b=c#d", "https://example.com/a?b=c#d"],
		["EXAMPLE.com:8443/x", "https://example.com:8443/x"],
		["93.184.216.34", "http://93.184.216.34/"],
	])("%s is taken as %s", (text, url) => {
		expect(rules().open(text).href).toBe(url);
	});

	test.each([
		"file:///etc/passwd",
		"FILE:///etc/passwd",
		"javascript:alert(1)",
		"java\nscript:alert(1)",
		" javascript:alert(1)",
		"data:text/html,<h1>x</h1>",
		"blob:https://example.com/1",
		"view-source:https://example.com",
		"chrome://settings",
		"about:blank",
		"ftp://example.com",
		"https:/\\example.com",
		"https://github.com@evil.example/",
		"https://user:secret@example.com/",
		"",
	])("%j is refused", (text) => {
		expect(() => rules().open(text)).toThrowError(expect.objectContaining({ code: "bad_request" }));
	});
});

describe("an address of this machine or its network", () => {
	test.each([
		"http://127.0.0.1/",
		"http://127.1/",
		"http://2130706433/",
		"http://0x7f000001/",
		"http://0177.0.0.1/",
		"http://0/",
		"http://0.0.0.0/",
		"http://127.0.0.1./",
		"http://[::1]/",
		"http://[::]/",
		"http://[::ffff:127.0.0.1]/",
		"http://[::ffff:7f00:1]/",
		"http://[64:ff9b::7f00:1]/",
		"http://[fe80::1]/",
		"http://[fd00::1]/",
		"http://10.0.0.1/",
		"http://172.16.0.1/",
		"http://192.168.1.1/",
		"http://169.254.169.254/latest/meta-data/",
		"http://100.64.0.1/",
		"http://①②⑦.0.0.1/",
	])("is not reached as %s", (text) => {
		expect(() => rules().open(text)).toThrowError(expect.objectContaining({ code: "forbidden" }));
	});

	test("is not reached however its number is written", () => {
		const octet = fc.integer({ min: 0, max: 255 });
		const number = fc.oneof(
			fc.tuple(fc.constantFrom(10, 127, 0), octet, octet, octet),
			fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
			fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
			fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
		);
		const bases = fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 });
		const written = (value: number, base = 10) => `${{ 8: "0", 16: "0x" }[base] ?? ""}${value.toString(base)}`;
		/** The last part may stand for all the rest: 127.1, 0x7f000001. */
		const joined = (parts: readonly number[], count: number, base: readonly number[]) => {
			const rest = parts.slice(count - 1).reduce((sum, part) => sum * 256 + part, 0);
			return [...parts.slice(0, count - 1), rest].map((part, index) => written(part, base[index])).join(".");
		};
		const within = ([a = 0, b = 0, c = 0, d = 0]: readonly number[], prefix: string) =>
			`[${prefix}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`;
		const host = fc
			.tuple(number, fc.integer({ min: 1, max: 4 }), bases, fc.constantFrom("", "::ffff:", "64:ff9b::"))
			.map(([parts, count, base, prefix]) => (prefix === "" ? joined(parts, count, base) : within(parts, prefix)));
		fc.assert(
			fc.property(host, fc.boolean(), fc.constantFrom("", ":8080"), (name, upper, port) => {
				const url = `http://${upper ? name.toUpperCase() : name}${port}/x`;
				expect(() => rules().open(url)).toThrowError(expect.objectContaining({ code: "forbidden" }));
			}),
			{ numRuns: 500 },
		);
	});

	test.each(["localhost", "LOCALHOST.", "app.localhost"])("is not reached by the name %s", async (name) => {
		await expect(rules({ resolve: async () => ["127.0.0.1"] }).addresses(name, 80)).rejects.toMatchObject({
			code: "forbidden",
		});
	});

	test("is not reached by a public name that leads there, nor by one that leads there among others", async () => {
		for (const found of [["192.168.1.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"]]) {
			const sites = rules({ resolve: async () => found, privateHosts: ["192.168.1.1", "127.0.0.1"] });
			await expect(sites.addresses("rebind.example", 80)).rejects.toMatchObject({ code: "forbidden" });
		}
	});

	test("is reached where the settings name it, at that port only", async () => {
		const sites = rules({
			privateHosts: ["nas.home:8080", "192.168.1.0/24", "[::1]:9000"],
			resolve: async () => ["192.168.1.9"],
		});
		expect(await sites.addresses("nas.home", 8080)).toEqual(["192.168.1.9"]);
		await expect(sites.addresses("nas.home", 80)).rejects.toMatchObject({ code: "forbidden" });
		expect(await sites.addresses("192.168.1.77", 80)).toEqual(["192.168.1.77"]);
		expect(await sites.addresses("::1", 9000)).toEqual(["::1"]);
		expect(() => sites.open("http://192.168.2.1/")).toThrow();
	});
});

describe("a blocked site", () => {
	const sites = rules({ blockedSites: ["bad.example", "*.worse.example", "93.184.216.34", "bücher.example"] });
	test.each([
		"bad.example",
		"BAD.example.",
		"bad.example..",
		"deep.below.bad.example",
		"b%61d.example",
		"worse.example",
		"x.worse.example",
		"1572395042",
		"0x5db8d822",
		"[::ffff:93.184.216.34]",
		"xn--bcher-kva.example",
		"bad。example",
	])("is blocked as %s", (host) => {
		expect(() => sites.open(`http://${host}/`)).toThrowError(expect.objectContaining({ code: "forbidden" }));
	});
	test("leaves others that only look like it", () => {
		expect(sites.open("https://notbad.example/").hostname).toBe("notbad.example");
	});
	test("wins over the allowed ones, and with a list of those nothing else is reached", () => {
		const strict = rules({ allowedSites: ["good.example"], blockedSites: ["ads.good.example"] });
		expect(strict.open("https://www.good.example/").hostname).toBe("www.good.example");
		for (const host of ["ads.good.example", "other.example", "good.example.evil.example"]) {
			expect(() => strict.open(`https://${host}/`)).toThrowError(expect.objectContaining({ code: "forbidden" }));
		}
	});
});

test("a list of sites that could not be kept to is refused at the start", () => {
	for (const site of ["https://bad.example", "bad.example/path", "a.example,b.example", "bad example", "", "*"]) {
		expect(browserSettings.safeParse({ blockedSites: [site] }).success, site).toBe(false);
	}
	for (const host of ["http://nas.home", "10.0.0.0/8/8", "a b", ""]) {
		expect(browserSettings.safeParse({ privateHosts: [host] }).success, host).toBe(false);
	}
	const good = {
		blockedSites: ["Bad.Example", "*.worse.example", "bücher.example", "192.0.2.1", "[::1]", "2001:db8::1"],
		privateHosts: ["localhost:3000", "192.168.0.0/16", "[::1]:9000", "fd00::/8", "nas.home", "::1"],
	};
	expect(browserSettings.parse(good)).toMatchObject({
		...good,
		blockedSites: ["bad.example", ...good.blockedSites.slice(1)],
	});
});

/** Asks a SOCKS 5 proxy for a connection, as a browser does, and gives the answer's code and what came after. */
async function ask(port: number, host: string, target: number): Promise<{ code: number; text: string }> {
	const socket = createConnection({ host: "127.0.0.1", port });
	const chunks: Buffer[] = [];
	const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
	socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
	socket.on("error", () => {});
	socket.write(Uint8Array.of(5, 1, 0));
	const name = Buffer.from(host);
	// In two pieces, as networks may deliver it.
	socket.write(Uint8Array.of(5, 1, 0, 3, name.length));
	await Bun.sleep(20);
	socket.write(Buffer.concat([name, Uint8Array.of(target >> 8, target & 255)]));
	await Promise.race([ended, Bun.sleep(1_500)]);
	socket.destroy();
	const all = Buffer.concat(chunks);
	return { code: all[3] ?? -1, text: all.subarray(12).toString() };
}

describe("the way out", () => {
	test("leads to the address that was judged, though the name leads elsewhere a moment later", async () => {
		const inside = createServer((socket) => socket.end("secret"));
		await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
		const at = inside.address();
		const target = typeof at === "object" && at !== null ? at.port : 0;
		let asked = 0;
		const sites = rules({
			resolve: async () => {
				asked += 1;
				return asked === 1 ? ["192.0.2.1"] : ["127.0.0.1"];
			},
			privateHosts: ["friend.example"],
		});
		const proxy = await startProxy({ sites, log: silentLogger });
		expect((await ask(proxy.port, "friend.example", 1)).code).not.toBe(0);
		expect((await ask(proxy.port, "friend.example", target)).text).toBe("secret");
		expect((await ask(proxy.port, "rebind.example", target)).code).toBe(2);
		expect(proxy.refusal("REBIND.example.")?.code).toBe("forbidden");
		expect((await ask(proxy.port, "127.0.0.1", target)).code).toBe(2);
		expect((await ask(proxy.port, "::ffff:7f00:1", target)).code).toBe(2);
		await proxy.close();
		inside.close();
	});
});
