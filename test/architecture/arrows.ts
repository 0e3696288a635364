import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseSync } from "oxc-parser";
import { z } from "zod";

/** An import that should not be: which file, what it imports, and the rule it breaks. */
export interface BadImport {
	from: string;
	to: string;
	reason: string;
}

const walked = ["core", "servers", "models", "ui/web"];

/** Functions without state that know the contract alone: words, paths, recordings. */
const leaves = [
	"core/contract",
	"core/text",
	"core/files",
	"core/audio",
	"core/spectrum",
	"core/ipc",
	"core/streams",
	"core/credentials",
	"core/chrome",
	"core/net",
	"core/sound",
	"core/work",
	"core/limits",
];

/** What each part may import besides itself (a server: the leaves). A part is the longest of these a path begins with. */
const allowed: Record<string, readonly string[] | "everything"> = {
	"core/contract": [],
	"core/text": ["core/contract"],
	"core/files": ["core/contract", "core/text"],
	"core/ipc": ["core/contract"],
	"core/audio": ["core/contract"],
	"core/spectrum": [],
	"core/streams": ["core/contract"],
	"core/sound": ["core/contract", "core/audio"],
	"core/credentials": ["core/contract"],
	"core/chrome": ["core/contract"],
	"core/net": ["core/contract"],
	"core/work": ["core/contract", "core/streams", "core/text"],
	"core/limits": ["core/contract"],
	"core/config": leaves,
	"core/log": leaves,
	"core/traces": ["core/contract"],
	"core/store": leaves,
	"core/voice": leaves,
	"core/understanding": leaves,
	"core/orchestrator": leaves,
	"core/surface": leaves,
	"core/security": leaves,
	"core/process": [...leaves, "core/surface", "core/traces"],
	"core/gateway": ["core"],
	"core/cli": ["core", "models", "servers"],
	"core/compose": ["core", "servers"],
	"core/main.ts": "everything",
	"core/serve.ts": "everything",
	models: ["core/contract", "core/audio", "core/spectrum"],
	"servers/index.ts": ["core/contract", "servers"],
	"ui/web": ["core/contract"],
};

/** Packages a part is limited to; the rest may use any. */
const packagesOf: Record<string, readonly string[]> = { "core/contract": ["zod"] };

/**
 * Walks every import (types and lazy ones too) of the sources below `root` and gives those that point back,
 * reach past another folder's index.ts, or use a package the part may not have.
 */
export function badImports(root: string): BadImport[] {
	return walked
		.flatMap((folder) => sourcesBelow(join(root, folder)))
		.flatMap((file) => {
			const from = posix(relative(root, file));
			return importsOf(file).flatMap((specifier) => {
				const to = specifier.startsWith(".") ? posix(relative(root, join(dirname(file), specifier))) : specifier;
				const reason = specifier.startsWith(".") ? wrongFile(root, from, to) : wrongPackage(from, specifier);
				return reason === undefined ? [] : [{ from, to, reason }];
			});
		});
}

function wrongFile(root: string, from: string, to: string): string | undefined {
	const source = partOf(from);
	const target = partOf(to);
	if (to === "package.json") return undefined;
	if (source !== target && !mayImport(source, target)) return `${source} may not know ${target}`;
	return reachesPastIndex(root, from, to);
}

function mayImport(source: string, target: string): boolean {
	const may = allowed[source] ?? (source.startsWith("servers/") ? leaves : []);
	return may === "everything" || may.some((part) => target === part || target.startsWith(`${part}/`));
}

/** A part shows its index.ts only, even before it has one; core/text is a shelf of single functions. */
const alwaysHasFace = /^(core|servers)\/(?!text$)[^/]+$/;

/** Shown beside an index.ts: the speech engines, whose native libraries nobody else should load. */
const secondFaces = new Set(["models/engines.ts"]);

/** The folders between the common ancestor and the target each show only their index.ts to those outside. */
function reachesPastIndex(root: string, from: string, to: string): string | undefined {
	for (let folder = dirname(to); folder !== "." && !`${from}/`.startsWith(`${folder}/`); folder = dirname(folder)) {
		const index = `${folder}/index.ts`;
		const hasFace = existsSync(join(root, index)) || alwaysHasFace.test(folder);
		if (hasFace && to !== index && !secondFaces.has(to)) return `reaches past ${index}`;
	}
	return undefined;
}

function wrongPackage(from: string, specifier: string): string | undefined {
	const part = partOf(from);
	const may = packagesOf[part];
	return may === undefined || may.includes(specifier) ? undefined : `${part} may not use the package ${specifier}`;
}

function partOf(path: string): string {
	if (path in allowed) return path;
	const [first = "", second = ""] = path.split("/");
	return first === "models" ? first : `${first}/${second}`;
}

function sourcesBelow(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => !/[\\/](node_modules|dist)[\\/]/.test(path));
}

const node = z.looseObject({ type: z.string() });
const sourced = z.looseObject({ source: z.looseObject({ value: z.string() }) });

/** The specifiers a file imports: statements, re-exports, `import()` and types by `import("…")`. */
function importsOf(file: string): string[] {
	const { program, errors } = parseSync(file, readFileSync(file, "utf8"));
	if (errors.length > 0) throw new Error(`${file} can't be read: ${errors[0]?.message}`);
	const found: string[] = [];
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) {
			value.forEach(visit);
			return;
		}
		const parsed = node.safeParse(value);
		if (!parsed.success) return;
		if (/^(Import|Export|TSImportType)/.test(parsed.data.type)) {
			const statement = sourced.safeParse(parsed.data);
			if (statement.success) found.push(statement.data.source.value);
		}
		for (const child of Object.values(parsed.data)) if (typeof child === "object") visit(child);
	};
	visit(program);
	return found;
}

const posix = (path: string) => path.replaceAll("\\", "/");
