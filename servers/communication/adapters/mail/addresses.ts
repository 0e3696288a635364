import { domainToASCII } from "node:url";
import addressparser from "nodemailer/lib/addressparser";
import { AiosError } from "../../../../core/contract/index.ts";

/** A person's name and mail address; the name may be empty. */
export interface Mailbox {
	name: string;
	address: string;
}

/** RFC 5322's dot-atom, which every address in use fits, letters of other scripts (RFC 6531) included. */
const localPart = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainPart = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
/** Characters that end a header line, or that a mail program may take for such an end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const breaking = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** True where text fits one line of a header. */
export function isOneLine(text: string): boolean {
	return !breaking.test(text);
}

/**
 * Checks one mail address and gives it with its domain in lower-case ASCII. Throws `bad_request`: addresses with line
 * breaks, spaces, quotes or a second at-sign are refused, since they can carry further commands or recipients.
 */
export function parseAddress(text: string): string {
	const address = text.trim();
	const at = address.lastIndexOf("@");
	const local = address.slice(0, at);
	const domain = domainToASCII(address.slice(at + 1)).toLowerCase();
	const good =
		at > 0 &&
		isOneLine(text) &&
		local.length <= 64 &&
		localPart.test(local) &&
		domainPart.test(domain) &&
		domain !== "";
	// An encoded word (RFC 2047) may be decoded into another address on the way.
	if (!good || address.length > 254 || local.includes("=?")) throw notAnAddress(text);
	return `${local}@${domain}`;
}

function notAnAddress(text: string): AiosError {
	return new AiosError("bad_request", `${JSON.stringify(text)} is not a mail address.`, {
		spoken: "That is not a mail address.",
		fix: "Give it as name@example.com.",
	});
}

/** A name that is another address would be read back as the recipient, so it is left out. */
function nameOf(given: string, address: string): string {
	const name = cleanLine(given);
	return name.includes("@") && name !== address ? "" : name;
}

/** The form of a mailbox that {@link splitRecipients} reads back unchanged: `Anna Smith <anna@example.com>`. */
export function formatMailbox({ name, address }: Mailbox): string {
	const shown = nameOf(name, address).replaceAll(/["\\<>]/g, "");
	if (shown === "" || shown === address) return address;
	return /^[\p{L}\p{N} '-]+$/u.test(shown) ? `${shown} <${address}>` : `"${shown}" <${address}>`;
}

/** A mailbox as it is said: "Anna Smith at anna@example.com". */
export function sayMailbox({ name, address }: Mailbox): string {
	return name === "" || name === address ? address : `${name} at ${address}`;
}

/**
 * Splits what stands for recipients: names, addresses or both, with commas or semicolons between. An entry without an
 * address has "". Throws `bad_request` for line breaks and for nothing at all.
 */
export function splitRecipients(text: string): Mailbox[] {
	if (!isOneLine(text)) {
		throw new AiosError("bad_request", "A recipient may not contain line breaks or control characters.", {
			spoken: "That recipient contains a line break, so I refuse it.",
		});
	}
	const written = spokenAddress(text).replaceAll(";", ",");
	const found = addressparser(written, { flatten: true }).map(({ name, address }) => {
		// Without an at-sign it is a name, whatever the parser made of it.
		if (!address.includes("@")) return { name: cleanLine(name === "" ? address : name), address: "" };
		// "a@b.org c@d.org": one of them would be dropped in silence.
		if (name !== "" && !written.includes(`<${address}>`)) throw notAnAddress(`${address} ${name}`);
		return { name: nameOf(name, address), address: parseAddress(address) };
	});
	const entries = found.filter(({ name, address }) => name !== "" || address !== "");
	if (entries.length === 0) throw new AiosError("bad_request", "There is no recipient.", { fix: "Say to whom." });
	return entries;
}

/** "anna at example dot com" is anna@example.com; text that already has an at-sign stays. */
function spokenAddress(text: string): string {
	if (text.includes("@")) return text;
	return text.replaceAll(
		/([\p{L}\p{N}]+(?: (?:dot|underscore|dash|plus) [\p{L}\p{N}]+)*) at ([\p{L}\p{N}-]+(?: dot [\p{L}\p{N}-]+)+)/giu,
		(_, local: string, domain: string) => `${joined(local)}@${joined(domain)}`,
	);
}

function joined(words: string): string {
	return words
		.toLowerCase()
		.replaceAll(/ dot /g, ".")
		.replaceAll(/ underscore /g, "_")
		.replaceAll(/ dash /g, "-")
		.replaceAll(/ plus /g, "+");
}

/** Text from outside as one line: no control characters, none that reverse or hide text. */
export function cleanLine(text: string): string {
	return text
		.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
		.replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
		.replaceAll(/\s+/g, " ")
		.trim();
}
