import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pressKey } from "../../../servers/browser/tools/act.ts";
import { click, followLink } from "../../../servers/browser/tools/click.ts";
import { download } from "../../../servers/browser/tools/download.ts";
import { openUrl } from "../../../servers/browser/tools/open-url.ts";
import { readPage } from "../../../servers/browser/tools/read-page.ts";
import { pdf, screenshot } from "../../../servers/browser/tools/save.ts";
import { hasBrowser, html, startBrowser, startSite, type TestBrowser } from "./harness.ts";

describe.skipIf(!hasBrowser)("what is closed stays closed", () => {
	let browser: TestBrowser;
	let site: ReturnType<typeof startSite>;
	let inside: ReturnType<typeof startSite>;
	let calls = "";

	beforeAll(async () => {
		// The closed site runs on this machine and its port is not among those allowed.
		inside = startSite({
			"/": "<title>Inside</title>secret",
			"/x.js": "document.title = 'loaded'",
			"/frame": "secret",
			"/socket": (request) => new Response(request.headers.get("upgrade"), { status: 400 }),
		});
		const there = (host: string) => `http://${host}:${inside.port}/`;
		site = startSite({
			"/": "<title>Outside</title>",
			"/redirect": () => new Response(null, { status: 302, headers: { location: there("127.0.0.1") } }),
			"/redirect-twice": () => new Response(null, { status: 307, headers: { location: "/redirect" } }),
			"/redirect-number": () => new Response(null, { status: 302, headers: { location: there("2130706433") } }),
			"/redirect-name": () => new Response(null, { status: 302, headers: { location: there("localhost.") } }),
			"/redirect-file": () => new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
			"/redirect-data": () => new Response(null, { status: 302, headers: { location: "data:text/html,hi" } }),
			"/refresh": `<meta http-equiv=refresh content="0;url=${there("127.0.0.1")}"><title>Refresh</title>`,
			"/script": `<title>Script</title><script>location.href = "${there("127.0.0.1")}"</script>`,
			"/parts": `<title>Parts</title><img src="${there("127.0.0.1")}a.png"><script src="${there("127.0.0.1")}x.js"></script>
				<iframe src="${there("127.0.0.1")}frame"></iframe><iframe src="file:///etc/passwd"></iframe>
				<link rel=preconnect href="${there("127.0.0.1")}"><link rel=prefetch href="${there("127.0.0.1")}p">
				<script>
					fetch("${there("127.0.0.1")}f").catch(() => {});
					navigator.sendBeacon("${there("127.0.0.1")}b", "x");
					new WebSocket("ws://127.0.0.1:${inside.port}/socket");
					new EventSource("${there("127.0.0.1")}e");
					new Worker(URL.createObjectURL(new Blob(["fetch('${there("127.0.0.1")}w').catch(() => {}); importScripts('${there("127.0.0.1")}x.js')"])));
				</script>`,
			"/links": `<title>Links</title><a href="file:///etc/passwd">a file</a><a href="javascript:document.title='run'">a script</a>
				<a href="${there("127.0.0.1")}">inside</a><a href="data:text/html,hi">some data</a>
				<a href="aios-test://owned">a program</a><a href="view-source:file:///etc/passwd">a source</a>`,
			"/calls": () => html(calls),
			"/named": () => new Response("x", { headers: { "content-disposition": 'attachment; filename="../../.bashrc"' } }),
			"/named-long": () =>
				new Response("x", { headers: { "content-disposition": "attachment; filename*=UTF-8''..%2F..%2F%2Eprofile" } }),
		});
		browser = await startBrowser({ privateHosts: [`127.0.0.1:${site.port}`] });
	});
	afterAll(async () => {
		await browser.stop();
		site.stop();
		inside.stop();
	});

	test.each(["/redirect", "/redirect-twice", "/redirect-number", "/redirect-name"])(
		"by %s of an open site",
		async (path) => {
			await expect(browser.call(openUrl, { url: site.url(path) })).rejects.toMatchObject({ code: "forbidden" });
			expect(inside.hits).toEqual([]);
		},
	);

	test.each(["/redirect-file", "/redirect-data"])("by %s to something that is no page", async (path) => {
		await expect(browser.call(openUrl, { url: site.url(path) })).rejects.toMatchObject({ code: "upstream_failed" });
	});

	test.each(["/refresh", "/script"])("by %s in a page", async (path) => {
		const opened = await browser.call(openUrl, { url: site.url(path) }).catch((error) => error);
		await Bun.sleep(300);
		const read = await browser.call(readPage, { whole: true }).catch((error) => error);
		expect(JSON.stringify([opened.output ?? {}, read.output ?? {}])).not.toContain("secret");
		expect(inside.hits).toEqual([]);
	});

	test("by parts of a page: pictures, scripts, frames, requests, sockets, workers", async () => {
		await browser.call(openUrl, { url: site.url("/parts") });
		await Bun.sleep(500);
		const { output } = await browser.call(readPage, { whole: true });
		expect(output.title).toBe("Parts");
		expect(output.markdown).not.toMatch(/secret|root:/);
		expect(inside.hits).toEqual([]);
	});

	test("by datagrams, for calls between browsers", async () => {
		let datagrams = 0;
		const socket = await Bun.udpSocket({ hostname: "127.0.0.1", socket: { data: () => void datagrams++ } });
		calls = `<title>Calls</title><script>
			const call = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${socket.port}" }] });
			call.createDataChannel("x");
			new WebTransport("https://127.0.0.1:${socket.port}/").ready.catch(() => {});
			call.onicegatheringstatechange = () => { document.title = call.iceGatheringState; };
			call.createOffer().then((offer) => call.setLocalDescription(offer));
		</script>`;
		await browser.call(openUrl, { url: site.url("/calls") });
		await Bun.sleep(1_500);
		expect((await browser.call(readPage, { whole: true })).output.title).not.toBe("Calls");
		expect(datagrams).toBe(0);
		socket.close();
	});

	test("by clicking or following links out of the web", async () => {
		for (const name of ["a file", "some data", "a program", "a source", "inside"]) {
			await browser.call(openUrl, { url: site.url("/links") });
			await expect(browser.call(followLink, { name })).rejects.toMatchObject({
				code: expect.stringMatching(/bad_request|forbidden/),
			});
			const clicked = await browser.call(click, { name }).catch((error) => error);
			expect(JSON.stringify(clicked.output?.url ?? "")).not.toMatch(/file:|data:|aios-test:/);
		}
		expect(inside.hits).toEqual([]);
	});

	test("by starting programs for schemes of their own", async () => {
		const bin = join(browser.home, "bin");
		await mkdir(bin, { recursive: true });
		const trace = join(browser.home, "started");
		await writeFile(join(bin, "xdg-open"), `#!/bin/sh\necho "$@" >> ${trace}\n`);
		await chmod(join(bin, "xdg-open"), 0o755);
		const PATH = `${bin}:${process.env.PATH}`;
		const recorder = await startBrowser({ privateHosts: [`127.0.0.1:${site.port}`] }, { PATH });
		await recorder.call(openUrl, { url: site.url("/links") });
		await recorder.call(click, { name: "a program" }).catch(() => {});
		await recorder.call(pressKey, { key: "Enter" }).catch(() => {});
		await Bun.sleep(300);
		await expect(readFile(trace, "utf8")).rejects.toMatchObject({ code: "ENOENT" });
		await recorder.stop();
	});

	test("by downloading from it", async () => {
		await expect(browser.call(download, { url: `http://127.0.0.1:${inside.port}/` })).rejects.toMatchObject({
			code: "forbidden",
		});
		await expect(browser.call(download, { url: site.url("/redirect") })).rejects.toMatchObject({ code: "forbidden" });
		expect(inside.hits).toEqual([]);
	});

	test("by the name a site gives a file", async () => {
		for (const path of ["/named", "/named-long"]) await browser.call(download, { url: site.url(path) });
		expect((await readdir(join(browser.home, "Downloads"))).every((name) => !name.startsWith("."))).toBe(true);
		expect(await readdir(browser.home)).not.toContain(".bashrc");
	});

	test("by a path or a symbolic link out of the allowed folders", async () => {
		await browser.call(openUrl, { url: site.url("/") });
		await symlink("/etc", join(browser.home, "way-out"));
		for (const path of [
			"../../etc/x.pdf",
			"/etc/x.pdf",
			"way-out/x.pdf",
			"way-out/",
			"aios-data/x.pdf",
			".ssh/x.pdf",
			"a\0b.pdf",
		]) {
			const refused = { code: expect.stringMatching(/forbidden|bad_request/) };
			await expect(browser.call(pdf, { path })).rejects.toMatchObject(refused);
			await expect(browser.call(screenshot, { path })).rejects.toMatchObject(refused);
			await expect(browser.call(download, { url: site.url("/named"), path })).rejects.toMatchObject(refused);
		}
	});
});
