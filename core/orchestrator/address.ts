import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AiosError, type Principal } from "../contract/index.ts";
import { isPublicAddress } from "../net/index.ts";

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

/** Whether an address leads anywhere but to the public internet. Throws `bad_request` for a name nobody knows. */
export async function leadsInside({ hostname }: URL): Promise<boolean> {
	const host = hostname.replace(/^\[|\]$/g, "");
	const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => []);
	if (addresses.length === 0) throw new AiosError("bad_request", `The name ${host} is not known.`);
	return addresses.some(({ address }) => !isPublicAddress(address));
}
