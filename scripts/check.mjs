import { findDebris } from "./lib/hygiene.mjs";
import { ensurePackages } from "./lib/install.mjs";
import { ensurePage } from "./lib/page.mjs";
import { bunPath, inRoot } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { step } from "./lib/say.mjs";
import { runVitest, summary } from "./lib/vitest.mjs";

/** `--no-tests` leaves the tests to `npm test`. */
const withTests = !process.argv.includes("--no-tests");

await ensurePackages();

const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
const checks = [
	{ title: "Format and lint", run: () => tool("@biomejs/biome/bin/biome", "ci", "--error-on-warnings", ".") },
	{ title: "Types", run: () => tool("typescript/bin/tsc", "-p", ".") },
	{ title: "Unused code", run: () => tool("knip/bin/knip.js", "--no-progress") },
	{ title: "Import arrows", run: () => capture(bunPath(), ["--bun", vitest, "run", "test/architecture"]) },
	{ title: "Nothing that must not land", run: debris },
	{ title: "The page builds", run: page },
];

let failures = 0;
for (const { title, run } of checks) {
	const progress = step(title);
	const { code, output } = await run();
	if (code === 0) {
		progress.done();
		continue;
	}
	failures += 1;
	progress.failed();
	process.stdout.write(`${output.trim()}\n`);
}
if (withTests) {
	const counts = await runVitest([]);
	failures += counts.failed;
	process.stdout.write(`${summary(counts)}\n`);
}
process.stdout.write(failures === 0 ? "Everything is in order.\n" : `${failures} to mend.\n`);
process.exitCode = failures === 0 ? 0 : 1;

/** Runs a tool from the installed packages in the Node that runs us. */
function tool(path, ...args) {
	return capture(process.execPath, [inRoot("node_modules", ...path.split("/")), ...args]);
}

async function debris() {
	const lines = await findDebris();
	return { code: lines.length === 0 ? 0 : 1, output: lines.join("\n") };
}

async function page() {
	const broken = await ensurePage();
	return { code: broken === undefined ? 0 : 1, output: broken ?? "" };
}
