import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeServerFolder } from "./code-server.mjs";
import { bunPath, inRoot } from "./paths.mjs";
import { runToEnd } from "./run.mjs";

/**
 * Runs vitest in Bun with the given arguments. Gives the counts and whether everything passed; a run that
 * ends badly without a failed test (a crash, an error outside any test) counts as one failure.
 */
export async function runVitest(args) {
	const folder = mkdtempSync(join(tmpdir(), "aios-tests-"));
	const report = join(folder, "report.json");
	try {
		const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
		const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
		const code = await runToEnd(bunPath(), ["--bun", vitest, "run", ...reporters, ...args], { env: testEnvironment() });
		const counts = existsSync(report) ? read(report) : { passed: 0, failed: 0, skipped: 0 };
		if (code !== 0 && counts.failed === 0) counts.failed = 1;
		return counts;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Model weights lie beside the checkout on a build machine: tests that need them find them there. */
function testEnvironment() {
	const beside = inRoot("..", "shared", "models");
	const models = process.env.AIOS_MODELS_DIR ?? (existsSync(beside) ? beside : undefined);
	return {
		...process.env,
		NODE_ENV: "test",
		...(process.platform === "linux" ? { TEST_CODE_SERVER: codeServerFolder } : {}),
		...(models === undefined ? {} : { AIOS_MODELS_DIR: models }),
	};
}

function read(report) {
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
		readFileSync(report, "utf8"),
	);
	const brokenFiles = testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
	).length;
	return { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests };
}

/** The last line of a test run. */
export function summary({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
