import ipaddr from "ipaddr.js";

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
