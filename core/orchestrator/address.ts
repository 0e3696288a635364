import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { AiosError, type Principal } from "../contract/index.ts";

/** Addresses of this machine and of private networks (RFC 6890), which only administrators may register. */
const inner = new BlockList();
for (const [net, prefix] of [
	["0.0.0.0", 8],
	["10.0.0.0", 8],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["169.254.0.0", 16],
	["172.16.0.0", 12],
	["192.0.0.0", 24],
	["192.168.0.0", 16],
	["198.18.0.0", 15],
	["224.0.0.0", 3],
] as const) {
	inner.addSubnet(net, prefix, "ipv4");
}
for (const [net, prefix] of [
	["::", 127],
	["fc00::", 7],
	["fe80::", 10],
	["ff00::", 8],
	["64:ff9b::", 96],
] as const) {
	inner.addSubnet(net, prefix, "ipv6");
}

/** Whether an IP address lies on this machine or in a private network. */
export function isInnerAddress(address: string): boolean {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
	return inner.check(mapped, isIP(mapped) === 6 ? "ipv6" : "ipv4");
}

/** Checks an address somebody wants registered. Throws `bad_request`, or `forbidden` for an inner one. */
export async function checkAddress(url: string, by: Principal): Promise<void> {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
		throw new AiosError("bad_request", `The url ${JSON.stringify(url)} is not an http or https address.`);
	}
	if (parsed.username !== "" || parsed.password !== "") {
		throw new AiosError("bad_request", "The url must not hold a name or password.");
	}
	if ((by.base ?? by.role) === "administrator") return;
	if (await leadsInside(parsed)) {
		throw new AiosError("forbidden", "Only an administrator may register an address of this machine or network.");
	}
}

/** Whether an address leads to this machine or a private network. Throws `bad_request` for a name nobody knows. */
export async function leadsInside({ hostname }: URL): Promise<boolean> {
	const host = hostname.replace(/^\[|\]$/g, "");
	const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => []);
	if (addresses.length === 0) throw new AiosError("bad_request", `The name ${host} is not known.`);
	return addresses.some(({ address }) => isInnerAddress(address));
}
