import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModelSource } from "./catalog.ts";

/** The `node_modules` folders above this file, nearest first: the order in which a runtime resolves packages. */
export function defaultPackageDirs(): string[] {
	const dirs: string[] = [];
	for (let dir = import.meta.dirname; ; dir = dirname(dir)) {
		dirs.push(join(dir, "node_modules"));
		if (dirname(dir) === dir) return dirs.filter((path) => existsSync(path));
	}
}

/** Where an installed package keeps a model's files; undefined where it is not installed. */
export function packageDir(
	source: Extract<ModelSource, { from: "package" }>,
	packageDirs: readonly string[],
): string | undefined {
	return packageDirs.map((dir) => join(dir, source.package, source.folder)).find((dir) => existsSync(dir));
}
