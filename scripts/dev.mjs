import { ensurePackages } from "./lib/install.mjs";
import { bunPath, inRoot } from "./lib/paths.mjs";
import { runToEnd } from "./lib/run.mjs";
import { say } from "./lib/say.mjs";

await ensurePackages();
say("Servers restart and the page reloads as their sources change. Ctrl-C ends both.");
const codes = await Promise.all([
	runToEnd(bunPath(), ["--watch", "--no-clear-screen", inRoot("core", "main.ts"), ...process.argv.slice(2)]),
	runToEnd(bunPath(), ["--bun", inRoot("node_modules", "vite", "bin", "vite.js"), inRoot("ui", "web")]),
]);
process.exitCode = Math.max(...codes);
