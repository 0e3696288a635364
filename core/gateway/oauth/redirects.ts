/** Schemes a browser acts on itself: never a program's own. */
const browserSchemes = new Set(
	"http https javascript data vbscript file blob about filesystem view-source chrome chrome-extension moz-extension ws wss ftp mailto tel sms intent".split(
		" ",
	),
);
const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);
const maxLength = 1_000;

/**
 * Whether a program may name this address to get its answer at: https, http on this machine, or a scheme of its own
 * (RFC 8252, 7); no fragment (RFC 6749, 3.1.2), no name or password.
 */
export function isRedirect(text: string): boolean {
	const url = URL.parse(text);
	if (url === null || text.length > maxLength || text.includes("#") || /[\s\p{Cc}"<>\\]/u.test(text)) return false;
	if (url.username !== "" || url.password !== "") return false;
	if (url.protocol === "https:") return url.hostname !== "";
	if (url.protocol === "http:") return loopback.has(url.hostname);
	return !browserSchemes.has(url.protocol.slice(0, -1));
}

/**
 * Whether an address is one of those registered: the same to the letter, but on this machine with any port, because a
 * program takes the one that is free (RFC 8252, 7.3).
 */
export function isRegistered(text: string, registered: readonly string[]): boolean {
	if (registered.includes(text)) return true;
	if (!isRedirect(text) || !isLoopback(text)) return false;
	return registered.some((one) => isLoopback(one) && withoutPort(one) === withoutPort(text));
}

/** Whether the answer goes to a program on the person's own machine. */
export function isLoopback(text: string): boolean {
	const url = URL.parse(text);
	return url?.protocol === "http:" && loopback.has(url.hostname);
}

function withoutPort(text: string): string {
	return text.replace(/^(http:\/\/(?:\[::1\]|[^/:?]+)):\d{1,5}(?=[/?]|$)/i, "$1");
}

/** The address with an answer in its query. */
export function withAnswer(redirect: string, answer: Readonly<Record<string, string | undefined>>): string {
	const url = new URL(redirect);
	for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
	return url.href;
}

/** Where an answer goes, as a person is shown it. */
export function placeOf(redirect: string): string {
	const { protocol, host } = new URL(redirect);
	return /^https?:$/.test(protocol) ? host : `${protocol}//${host}`;
}
