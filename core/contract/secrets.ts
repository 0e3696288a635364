/** Names whose values are secrets, whatever they hold. */
export const secretName = /pass(word|phrase)?$|secret|token|api_?key|authorization|credential|cookie/i;

/** What stands in the place of a secret. */
export const hidden = "(hidden)";

/**
 * Secrets that show themselves by their form: names and passwords in addresses, values of query parameters named like
 * a secret, bearer tokens, our own API keys, JSON Web Tokens.
 */
const shapes =
	/(?<=:\/\/)[^/\s@:]*:[^/\s@]*(?=@)|(?<=[?&][\w-]*(?:token|key|secret|password|code)=)[^&\s"]+|(?<=\bbearer )\S+|\baios_[0-9a-f]{12}_[\w-]{43}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/gi;

/** What every such text has; looked for first, since most texts have none of it. */
const suspicious = /:\/\/|[?&]|bearer |aios_|eyJ/i;

/** A text without the secrets that show themselves by their form. */
export function scrub(text: string): string {
	return suspicious.test(text) ? text.replace(shapes, hidden) : text;
}
