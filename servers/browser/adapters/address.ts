import ipaddr from "ipaddr.js";

/** NAT64's well-known prefix (RFC 6052) carries an IPv4 address in its last 32 bits. */
const nat64 = ipaddr.parseCIDR("64:ff9b::/96");

/** Whether an IP address belongs to the public internet, IPv4 inside IPv6 unwrapped. Anything that is no address is not. */
export function isPublicAddress(text: string): boolean {
	if (!ipaddr.isValid(text)) return false;
	const address = ipaddr.process(text);
	if (address instanceof ipaddr.IPv6 && address.match(nat64)) {
		return new ipaddr.IPv4(address.toByteArray().slice(12)).range() === "unicast";
	}
	return address.range() === "unicast";
}

/** Whether an address lies in a range ("10.0.0.0/8"); false where either is not what it should be. */
export function isWithin(address: string, range: string): boolean {
	if (!ipaddr.isValid(address) || !ipaddr.isValidCIDR(range)) return false;
	const one = ipaddr.process(address);
	const [network, bits] = ipaddr.parseCIDR(range);
	return one.kind() === network.kind() && one.match(network, bits);
}

/**
 * A host as it is compared: lower case, names in ASCII, IPv4 in four decimal parts however it was written (decimal,
 * octal, hexadecimal, inside IPv6), no brackets and no full stop at the end. Undefined where it can't be a host.
 */
export function canonicalHost(host: string): string | undefined {
	const bare = host.replace(/^\[(.*)\]$/, "$1");
	const url = URL.parse(bare.includes(":") ? `http://[${bare}]/` : `http://${bare}/`);
	if (url === null || url.username !== "" || url.password !== "" || url.port !== "" || url.pathname !== "/") {
		return undefined;
	}
	const name = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.+$/, "");
	if (name === "") return undefined;
	return ipaddr.isValid(name) ? ipaddr.process(name).toString() : name;
}
