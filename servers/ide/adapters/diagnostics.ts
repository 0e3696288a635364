import { isAbsolute, relative } from "node:path";

/** A problem a linter or compiler reported. */
export interface Diagnostic {
	file: string;
	line: number;
	column: number;
	severity: "error" | "warning";
	message: string;
	source: string;
}

const forms: readonly ((line: string) => Omit<Diagnostic, "source"> | undefined)[] = [
	// tsc: src/a.ts(3,5): error TS2304: Cannot find name 'x'.
	(line) => build(/^(.+?)\((\d+),(\d+)\): (error|warning) (.*)$/.exec(line), [1, 2, 3, 4, 5]),
	// GitHub annotations (biome): ::error title=lint/x,file=a.ts,line=3,endLine=3,col=5,endColumn=6::message
	(line) => {
		const match = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line);
		const fields = new Map((match?.[2] ?? "").split(",").map(pairOf));
		const [file, title] = [fields.get("file"), fields.get("title")];
		if (match === null || file === undefined) return undefined;
		return {
			file,
			line: Number(fields.get("line") ?? 1),
			column: Number(fields.get("col") ?? 1),
			severity: match[1] === "error" ? "error" : "warning",
			message: `${decoded(match[3] ?? "")}${title === undefined ? "" : ` (${title})`}`,
		};
	},
	// rustc short, ruff concise, gcc, go vet: a.py:3:5: F401 message, or: src/main.rs:2:9: error[E0425]: message
	(line) => build(/^(?:vet: )?(.+?):(\d+):(\d+): (?:(error|warning)(?:\[\w+\])?: )?(.*)$/.exec(line), [1, 2, 3, 4, 5]),
];

function pairOf(text: string): [string, string] {
	const at = text.indexOf("=");
	return [text.slice(0, at).trim(), decoded(text.slice(at + 1))];
}

/** The characters GitHub's workflow commands have encoded: github.com/actions/toolkit, packages/core/src/command.ts. */
function decoded(text: string): string {
	return text.replace(/%(25|0D|0A|3A|2C)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function build(
	match: RegExpExecArray | null,
	[file, line, column, severity, message]: [number, number, number, number, number],
) {
	if (match === null) return undefined;
	return {
		file: match[file] ?? "",
		line: Number(match[line]),
		column: Number(match[column]),
		severity: match[severity] === "warning" ? ("warning" as const) : ("error" as const),
		message: match[message] ?? "",
	};
}

/** Characters of a line that are looked at; no message is longer. */
const longestLine = 2_000;

/** Reads a linter's output, whichever of the usual forms it has; lines of no known form are left out. */
export function parseDiagnostics(output: string, source: string, root: string): Diagnostic[] {
	const found: Diagnostic[] = [];
	let stylishFile: string | undefined;
	for (const whole of output.split("\n")) {
		const line = whole.slice(0, longestLine).trimEnd();
		// eslint's stylish: the file's path on a line of its own, then "  3:5  error  message  rule".
		const stylish = /^\s+(\d+):(\d+)\s+(error|warning)\s+(\S.*)$/.exec(line);
		if (stylish !== null && stylishFile !== undefined) {
			const diagnostic = build(stylish, [0, 1, 2, 3, 4]);
			if (diagnostic !== undefined) found.push({ ...diagnostic, file: stylishFile, source });
			continue;
		}
		const parsed = forms.map((read) => read(line)).find((result) => result !== undefined);
		if (parsed !== undefined) found.push({ ...parsed, source });
		else if (/^\S.*\.\w+$/.test(line)) stylishFile = line;
	}
	return found.map((diagnostic) => ({
		...diagnostic,
		file: isAbsolute(diagnostic.file) ? relative(root, diagnostic.file) : diagnostic.file.replace(/^\.\//, ""),
	}));
}
