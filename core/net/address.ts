import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** NAT64's well-known prefix (RFC 6052) carries an IPv4 address in its last 32 bits: what it reaches is that address. */
const nat64 = ipaddr.parseCIDR("64:ff9b::/96");
/** All of IPv6 that is given out to the public (RFC 4291, 2.4, as IANA does it). */
const globalUnicast = ipaddr.parseCIDR("2000::/3");

/**
 * Whether an IP address belongs to the public internet: neither to this machine, nor to a private network, nor to one of
 * the ranges set apart (RFC 6890), IPv4 inside IPv6 unwrapped. Whatever is not the usual spelling of an address is not
 * public: four decimal parts (no octal, hexadecimal or short forms), no zone.
 */
export function isPublicAddress(text: string): boolean {
	if (isIP(text) === 0 || text.includes("%") || !ipaddr.isValid(text)) return false;
	const address = ipaddr.process(text);
	if (address instanceof ipaddr.IPv4) return address.range() === "unicast";
	if (address.match(nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12)).range() === "unicast";
	return address.match(globalUnicast) && address.range() === "unicast";
}
