import { readdirSync } from "node:fs";
import { expect } from "vitest";
import { type Attempt, open, refusal } from "./attempt.ts";

const ordinary = (world: { site(path: string): string }) => open(world.site("/"));

export const web: Attempt[] = [
	refusal(
		"an open site that leads into the inner network",
		"CVE-2025-65513 and others of fetching servers: SSRF by redirect",
		({ site }) => [open(site("/to-inner")), ["browser", "download", { url: site("/to-inner") }]],
		ordinary,
	),
	refusal(
		"an open site that leads to a blocked one",
		"CWE-601",
		({ site }) => [open(site("/to-blocked")), open("http://sub.BLOCKED.test./")],
		ordinary,
	),
	refusal(
		"other spellings of an inner address",
		"CVE-2024-29415, CVE-2021-28918",
		({ inner: { port } }) =>
			[
				"2130706434",
				"0x7f000002",
				"0177.0.0.2",
				"127.2",
				"[::ffff:127.0.0.2]",
				"[::ffff:7f00:2]",
				"0.0.0.0",
				"0",
				"[::1]",
				"[::]",
				"①②⑦.0.0.2",
				"169.254.169.254",
			].map((host) => open(`http://${host}:${port}/`)),
		ordinary,
	),
	refusal(
		"a public name that leads inside",
		"CWE-350 (DNS rebinding)",
		({ inner: { port } }) =>
			["localhost", "LOCALHOST.", "app.localhost"].map((host) => open(`http://${host}:${port}/`)),
		ordinary,
		/^(forbidden|not_found)$/,
	),
	refusal(
		"addresses that are no pages",
		"CWE-552: file: and its kind in browser tools",
		() =>
			[
				"file:///etc/passwd",
				"view-source:file:///etc/passwd",
				"FILE:///etc/passwd",
				"chrome://settings",
				"javascript:alert(1)",
				"data:text/html,x",
			].map(open),
		ordinary,
	),
	refusal(
		"a page that leads to a file",
		"CWE-552",
		({ site }) => [open(site("/to-file"))],
		ordinary,
		/^(forbidden|upstream_failed)$/,
	),
	refusal(
		"a name and password that hide where an address leads",
		"CWE-451",
		({ inner: { port } }) => [
			open(`http://example.com@127.0.0.2:${port}/`),
			open(`http://example.com\\@127.0.0.2:${port}/`),
		],
		ordinary,
	),
	{
		name: "a file's name that steps out of the folder",
		reported: "CWE-22 by Content-Disposition",
		async attempt(world) {
			await world.call(["browser", "download", { url: world.site("/file") }]);
			await world.refused(["browser", "download", { url: world.site("/file"), path: ".config/autostart/x.desktop" }]);
			expect(readdirSync(world.home)).not.toContain(".bashrc");
		},
		legitimate: (world) => world.works(["browser", "download", { url: world.site("/file"), path: "box/plain.txt" }]),
	},
];
