/** What a freedesktop .desktop file says of an application (Desktop Entry Specification 1.5). */
export interface DesktopEntry {
	name: string;
	aliases: string[];
	/** The command line, its field codes not yet filled in. */
	exec: string;
	tryExec: string | undefined;
	path: string | undefined;
	terminal: boolean;
}

/** Reads an application entry; undefined for what is no application, hidden, or has nothing to start. */
export function parseDesktopEntry(text: string, languages: readonly string[]): DesktopEntry | undefined {
	const fields = mainGroup(text);
	const get = (key: string): string | undefined => {
		for (const language of languages) {
			const localised = fields.get(`${key}[${language}]`);
			if (localised !== undefined) return localised;
		}
		return fields.get(key);
	};
	const name = get("Name");
	const exec = fields.get("Exec");
	if (fields.get("Type") !== "Application" || name === undefined || exec === undefined) return undefined;
	if (fields.get("Hidden") === "true" || fields.get("NoDisplay") === "true") return undefined;
	const aliases = [fields.get("Name"), get("GenericName"), ...(get("Keywords")?.split(";") ?? [])];
	return {
		name,
		aliases: aliases.filter((alias): alias is string => alias !== undefined && alias !== "" && alias !== name),
		exec,
		tryExec: fields.get("TryExec"),
		path: fields.get("Path"),
		terminal: fields.get("Terminal") === "true",
	};
}

function mainGroup(text: string): Map<string, string> {
	const fields = new Map<string, string>();
	let inside = false;
	for (const line of text.split(/\r?\n/)) {
		if (line.startsWith("[")) {
			if (inside) break;
			inside = line.trim() === "[Desktop Entry]";
			continue;
		}
		const equals = line.indexOf("=");
		if (!inside || equals < 1 || line.startsWith("#")) continue;
		fields.set(line.slice(0, equals).trim(), unescapeValue(line.slice(equals + 1).trim()));
	}
	return fields;
}

const escapes: Readonly<Record<string, string>> = { s: " ", n: "\n", t: "\t", r: "\r", "\\": "\\" };

function unescapeValue(value: string): string {
	return value.replace(/\\([sntr\\])/g, (_, letter: string) => escapes[letter] ?? letter);
}

/**
 * Splits an `Exec` line into argv as the specification says (double quotes, backslash inside them) and fills its
 * field codes: files and addresses take `args`, the deprecated and the decorative ones vanish, `%%` is a percent sign.
 */
export function expandExec(exec: string, args: readonly string[], name: string): string[] {
	const words = [...exec.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) =>
		match[1] === undefined ? (match[2] ?? "") : match[1].replace(/\\(.)/g, "$1"),
	);
	let placed = false;
	const argv: string[] = [];
	for (const word of words) {
		if (/^%[fFuU]$/.test(word)) {
			placed = true;
			argv.push(...(/[fu]/.test(word) ? args.slice(0, 1) : args));
		} else if (!/^%[dDnNikvm]$/.test(word)) {
			argv.push(word.replace(/%(.)/g, (_, code: string) => (code === "%" ? "%" : code === "c" ? name : "")));
		}
	}
	if (!placed) argv.push(...args);
	return argv;
}
