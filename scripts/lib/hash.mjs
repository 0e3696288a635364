import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ignored = new Set(["node_modules", "dist", "src-tauri", ".git"]);

/** SHA-256 over the names and contents of files, and of the files below folders, in a fixed order. */
export function hashOf(paths, base) {
	const hash = createHash("sha256");
	for (const path of paths.flatMap(filesBelow).sort()) {
		hash
			.update(`${relative(base, path).replaceAll("\\", "/")}\0`)
			.update(readFileSync(path))
			.update("\0");
	}
	return hash.digest("hex");
}

function filesBelow(path) {
	if (!existsSync(path)) return [];
	if (!statSync(path).isDirectory()) return [path];
	return readdirSync(path)
		.filter((name) => !ignored.has(name))
		.flatMap((name) => filesBelow(join(path, name)));
}

/** A stamp says from what a folder was made, so that it is made again only when that changed. */
export function stamp(path) {
	return {
		is: (value) => existsSync(path) && readFileSync(path, "utf8") === value,
		set(value) {
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, value);
		},
	};
}
