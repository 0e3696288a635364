import { beginCodeServer } from "./lib/code-server.mjs";
import { ensurePackages } from "./lib/install.mjs";
import { ensurePage } from "./lib/page.mjs";
import { warn } from "./lib/say.mjs";
import { ensureTestTools } from "./lib/test-tools.mjs";
import { runVitest, summary } from "./lib/vitest.mjs";

/** What is counted where the run ends before its tests did: that is a failure too. */
let counts = { passed: 0, failed: 1, skipped: 0 };
process.on("exit", () => process.stdout.write(`${summary(counts)}\n`));
process.exitCode = 1;

await ensurePackages();
await ensureTestTools();
const brokenPage = await ensurePage();
const endCodeServer = beginCodeServer();
counts = await runVitest(process.argv.slice(2));
endCodeServer();
if (brokenPage !== undefined) {
	warn(brokenPage);
	counts.failed += 1;
}
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
