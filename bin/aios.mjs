#!/usr/bin/env node
import { ensurePackages } from "../scripts/lib/install.mjs";
import { ensurePage } from "../scripts/lib/page.mjs";
import { bunPath, inRoot } from "../scripts/lib/paths.mjs";
import { runToEnd } from "../scripts/lib/run.mjs";
import { fail } from "../scripts/lib/say.mjs";

const args = process.argv.slice(2);
await ensurePackages();
if (args[0] === "start") {
	const broken = await ensurePage();
	if (broken !== undefined) fail(broken, "Delete the folder node_modules and run this again.");
}
process.exitCode = await runToEnd(bunPath(), [inRoot("core", "cli", "index.ts"), ...args], { cwd: process.cwd() });
