import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../core/net/index.ts";
import { leadsInside } from "../../core/orchestrator/address.ts";
import { canonicalHost } from "../../servers/browser/adapters/address.ts";

const inside: [what: string, addresses: string[]][] = [
	["this machine", ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"]],
	["a private network", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1"]],
	["the provider's own network", ["100.64.0.1", "100.127.255.255"]],
	["the link, where clouds keep their secrets", ["169.254.169.254", "fe80::1", "fec0::1"]],
	["a group, everybody or nobody", ["224.0.0.1", "240.0.0.1", "255.255.255.255", "ff02::1", "100::1"]],
	["documentation and measurements", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1"]],
	["IPv4 inside IPv6", ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::FFFF:A9FE:A9FE"]],
	["IPv4 inside IPv6 without its prefix", ["::127.0.0.1", "::7f00:1", "::a00:1", "::808:808"]],
	["NAT64 of the inside", ["64:ff9b::7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe"]],
	["a network's own NAT64", ["64:ff9b:1::808:808", "::ffff:0:7f00:1"]],
	["6to4", ["2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1"]],
	["Teredo", ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"]],
	["what nobody was given yet", ["4000::1", "1000::1"]],
];
const outside = ["8.8.8.8", "93.184.216.34", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "126.255.255.255"];
const outside6 = ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"];

test.each(inside)("%s is not the public internet", (_what, addresses) => {
	for (const address of addresses) expect(isPublicAddress(address), address).toBe(false);
});

test("what everybody reaches is", () => {
	for (const address of [...outside, ...outside6]) expect(isPublicAddress(address), address).toBe(true);
});

test.each([
	["decimal", "134744072"],
	["hexadecimal", "0x08.0x08.0x08.0x08"],
	["octal", "010.010.010.010"],
	["short", "8.8"],
	["with zeros in front", "008.8.8.8"],
	["with a zone", "2606:4700:4700::1111%eth0"],
	["in brackets", "[2606:4700:4700::1111]"],
	["with a port", "8.8.8.8:80"],
	["with room around it", " 8.8.8.8"],
	["a name", "example.org"],
	["nothing", ""],
])("a spelling that one program reads so and the next another way is refused: %s", (_what, address) => {
	expect(isPublicAddress(address)).toBe(false);
});

describe("an address in a URL, however it is written, is judged by where it leads", () => {
	const written = [
		"2130706433",
		"0x7f000001",
		"0x7f.1",
		"0177.0.0.1",
		"017700000001",
		"127.1",
		"127.0.0.1.",
		"①②⑦.0.0.1",
		"127。0。0。1",
		"[::ffff:7f00:1]",
		"[0:0:0:0:0:ffff:127.0.0.1]",
		"[64:ff9b::7f00:1]",
		"[2002:7f00:1::]",
	];
	test.each(written)("http://%s leads inside, by the registry's rule as by the browser's", async (host) => {
		expect(await leadsInside(new URL(`http://${host}/`))).toBe(true);
		expect(isPublicAddress(canonicalHost(host) ?? "")).toBe(false);
	});
	test.each(["8.8.8.8", "134744072", "0x8.8.8.8", "[2606:4700:4700::1111]"])(
		"http://%s leads outside",
		async (host) => {
			expect(await leadsInside(new URL(`http://${host}/`))).toBe(false);
			expect(isPublicAddress(canonicalHost(host) ?? "")).toBe(true);
		},
	);
	test("no URL has a zone in it", () => {
		expect(URL.canParse("http://[fe80::1%25eth0]/")).toBe(false);
		expect(canonicalHost("fe80::1%eth0")).toBeUndefined();
	});
});
