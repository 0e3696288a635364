import { ensurePackages } from "./lib/install.mjs";
import { ensurePage } from "./lib/page.mjs";
import { bunPath, inRoot } from "./lib/paths.mjs";
import { runToEnd } from "./lib/run.mjs";
import { fail } from "./lib/say.mjs";

await ensurePackages();
const broken = await ensurePage();
if (broken !== undefined) {
	fail(broken, "If its sources are as they came, delete the folder node_modules and run this again.");
}
process.exitCode = await runToEnd(bunPath(), [inRoot("core", "main.ts"), ...process.argv.slice(2)], { lifeline: true });
