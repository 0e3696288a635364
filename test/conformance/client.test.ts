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

const revisions = ["2025-11-25", "2026-07-28"];

/** What a revision requires of a client but signing in, which the gateway does not do at the servers behind it. */
async function scenariosOf(revision: string): Promise<string[]> {
	const { output } = await conformance("list", "--requirements", revision);
	const [, ofClients = ""] = output.split("Client scenarios");
	return [...ofClients.matchAll(/^ {2}- (\S+)/gm)]
		.map(([, name = ""]) => name)
		.filter((name) => !name.startsWith("auth/"));
}

const required = await Promise.all(
	revisions.map(async (revision) => (await scenariosOf(revision)).map((scenario) => ({ revision, scenario }))),
);

test("the suite knows scenarios of both protocols", () => {
	expect(required.map((scenarios) => scenarios.length)).toEqual([4, 7]);
});

test.each(required.flat())(
	"the gateway's client passes $scenario of $revision",
	{ timeout: 60_000 },
	async ({ revision, scenario }) => {
		const options = ["--scenario", scenario, "--spec-version", revision];
		const { code, output } = await conformance("client", "--command", `${process.execPath} ${client}`, ...options);
		expect(code === 0 ? "" : output.slice(-2_000)).toBe("");
		// Some scenarios can only fail by a client that never calls.
		expect(output).toMatch(/Passed: [1-9]/);
	},
);
