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
