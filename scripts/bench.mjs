import { existsSync, readdirSync } from "node:fs";
import { ensurePackages } from "./lib/install.mjs";
import { bunPath, inRoot } from "./lib/paths.mjs";
import { runToEnd } from "./lib/run.mjs";
import { fail } from "./lib/say.mjs";

const folder = inRoot("test", "bench");
const benchmarks = existsSync(folder)
	? readdirSync(folder)
			.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
			.map((name) => name.slice(0, -3))
	: [];
const [name, ...rest] = process.argv.slice(2);
const usage = `npm run bench -- NAME, where NAME is one of: ${benchmarks.join(", ") || "(none yet)"}`;
if (name === undefined) {
	process.stdout.write(`${usage}\n`);
} else if (!benchmarks.includes(name)) {
	fail(`There is no benchmark "${name}".`, usage);
} else {
	await ensurePackages();
	process.exitCode = await runToEnd(bunPath(), [inRoot("test", "bench", `${name}.ts`), ...rest]);
}
