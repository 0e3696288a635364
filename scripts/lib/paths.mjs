import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A path inside the checkout. */
export const inRoot = (...parts) => join(root, ...parts);

/** The Bun that npm installed: the same file on every platform, without a shell in between. */
export function bunPath() {
	const installed = inRoot("node_modules", "bun", "bin", "bun.exe");
	return existsSync(installed) ? installed : inRoot("node_modules", ".bin", "bun");
}
