import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const suite = resolve(import.meta.dirname, "../../node_modules/@modelcontextprotocol/conformance/dist/index.js");
const client = resolve(import.meta.dirname, "../fixtures/conformance-client-process.ts");

async function conformance(...options: string[]): Promise<{ code: number; output: string }> {
	const run = Bun.spawn([process.execPath, "--bun", suite, ...options], {
		cwd: mkdtempSync(join(tmpdir(), "conformance-")),
		stdout: "pipe",
		stderr: "pipe",
	});
	const [printed, told] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
	return { code: await run.exited, output: printed + told };
}

/** What a revision requires of a client. */
async function requiredBy(revision: string): Promise<string[]> {
	const { output } = await conformance("list", "--requirements", revision);
	const [, ofClients = ""] = output.split("Client scenarios");
	const [required = ""] = ofClients.split("never scored");
	return [...required.matchAll(/^ {2}- (\S+)/gm)].map(([, name = ""]) => name);
}

/** Sign-ins without a person, which are extensions of the protocol: the gateway has them too. */
const extensions = [
	"auth/client-credentials-jwt",
	"auth/client-credentials-basic",
	"auth/enterprise-managed-authorization",
	"auth/wif-jwt-bearer",
];

/** Fails a client that is half a second late, as any may be while all scenarios run at once: it is tried alone then. */
const punctual = "sse-retry";

test.each([
	["2025-11-25", 18],
	["2026-07-28", 32],
])("the gateway's client passes what %s requires, sign-ins too", { timeout: 120_000 }, async (revision, count) => {
	const required = await requiredBy(revision);
	expect(required).toHaveLength(count);
	const command = `${process.execPath} ${client}`;
	const { code, output } = await conformance("client", "--command", command, "--requirements", revision);
	const summary = output.slice(output.indexOf("=== SUITE SUMMARY"), output.indexOf("Not scored for"));
	// Some scenarios can only fail by a client that never calls: at least one check must have passed.
	const passed = [...summary.matchAll(/^✓ (\S+): [1-9]\d* passed, 0 failed/gm)].map(([, name]) => name);
	const missing = [...required, ...extensions].filter((scenario) => !passed.includes(scenario));
	if (missing.join() === punctual) {
		const alone = await conformance("client", "--command", command, "--scenario", punctual);
		expect(alone.code === 0 ? "" : alone.output.slice(-2_000)).toBe("");
		return;
	}
	expect(missing).toEqual([]);
	expect(code === 0 ? "" : output.slice(-2_000)).toBe("");
});
