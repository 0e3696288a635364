import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { server } from "../../../servers/ide/index.ts";
import { runTests } from "../../../servers/ide/tools/run-tests.ts";
import { stopWork, workStatus } from "../../../servers/ide/tools/work.ts";
import { callerOf } from "../by-name.ts";
import { startIde } from "./harness.ts";

let ide: Awaited<ReturnType<typeof startIde>>;
let call: ReturnType<typeof callerOf>;
beforeEach(async () => {
	ide = await startIde();
	call = callerOf(server, ide.adapters);
});
afterEach(() => ide.stop());

/** Puts a program into the repository, which a tool will run. */
async function place(path: string, script: string) {
	await mkdir(dirname(join(ide.repository, path)), { recursive: true });
	await writeFile(join(ide.repository, path), `#!/bin/sh\n${script}\n`);
	await chmod(join(ide.repository, path), 0o755);
}

const uses = (name: string) =>
	ide.write("package.json", JSON.stringify({ name: "x", devDependencies: { [name]: "1.0.0" } }));

/** Every tool that lasts: what it runs, how it is called, and what it comes to. */
const lasting: Record<string, { brings(script: string): Promise<void>; input?: object; result: object; say: string }> =
	{
		run_tests: {
			async brings(script) {
				await uses("jest");
				await place("node_modules/.bin/jest", `${script}\necho 'Tests: 3 passed, 3 total'`);
			},
			result: { ok: true, passed: 3, runner: "jest" },
			say: "All 3 tests passed.",
		},
		list_diagnostics: {
			async brings(script) {
				await uses("eslint");
				await place("node_modules/.bin/eslint", `${script}\nprintf '/p/a.js\\n  3:5  error  no\\n'; exit 1`);
			},
			result: { errors: 1, ran: ["eslint"], diagnostics: [expect.objectContaining({ line: 3 })] },
			say: "There is 1 error; the first is in a.js, line 3: no",
		},
		format_code: {
			async brings(script) {
				await uses("prettier");
				await place("node_modules/.bin/prettier", `${script}\necho nicer > readme.md`);
			},
			result: { formatter: "prettier", changed: ["readme.md"] },
			say: "prettier formatted 1 file.",
		},
		git_commit: {
			brings: (script) => place(".git/hooks/pre-commit", script),
			input: { message: "By hook" },
			result: { branch: "main", files: 1 },
			say: "Committed 1 file on main.",
		},
		git_command: {
			brings: (script) => place(".git/hooks/pre-commit", script),
			input: { arguments: ["commit", "--quiet", "--all", "-m", "By hook"] },
			result: { repository: expect.stringMatching(/sample$/) },
			say: "begun",
		},
	};

const running = (what: string) =>
	Bun.spawnSync(["ps", "-eo", "args"])
		.stdout.toString()
		.split("\n")
		.filter((line) => line.includes(what));

describe.each(Object.entries(lasting))("%s that takes long", (tool, { brings, input = {}, result, say }) => {
	beforeEach(() => ide.write("readme.md", "changed\n"));

	test("goes on behind the answer; its output is read while it runs, its result afterwards", async () => {
		await brings("echo begun; while [ ! -e ../go ]; do sleep 0.05; done");
		const begun = await call(tool, { ...input, wait_ms: 0 });
		expect(begun.output).toEqual({ id: "w1", status: "running", told: false });
		await vi.waitFor(async () => {
			const { output } = await call("work_status", { tool });
			expect(output).toMatchObject({ id: "w1", status: "running", tool, output: "begun\n" });
		}, 20_000);
		await ide.write("../go", "");
		const { output, say: said } = await call("work_status", { id: "w1", wait_ms: 45_000 });
		expect(output).toMatchObject({ status: "done", result, output: expect.stringContaining("begun") });
		expect(said).toBe(say);
		expect((await call("work_status", { id: "w1" })).output).toMatchObject({ status: "done", result });
	});

	test("is stopped with all it started, and leaves no lock behind", async () => {
		const sleep = `sleep 77.${Object.keys(lasting).indexOf(tool)}1`;
		await brings(`${sleep} & ${sleep}`);
		await call(tool, { ...input, wait_ms: 0 });
		await vi.waitFor(() => expect(running(sleep)).toHaveLength(2), 20_000);
		const { output, say: said } = await call("stop_work", { tool });
		expect(output).toMatchObject({ id: "w1", status: "failed", error: "The job was cancelled." });
		expect(said).toBe("Stopped.");
		await vi.waitFor(() => expect(running(sleep)).toEqual([]), 5_000);
		expect(existsSync(join(ide.repository, ".git/index.lock"))).toBe(false);
		expect((await call("stop_work", { id: "w1" })).say).toBe("It was over already.");
	});

	test("whose program is killed from outside says so, and never that all is well", async () => {
		await brings("kill -9 $$; sleep 1");
		const answer = await call(tool, input).catch((error: unknown) => error);
		expect(JSON.stringify(answer)).toMatch(/upstream_failed|"ok":false|"broken":\["eslint"\]/);
	});
});

test("work is one person's: nobody else sees or stops it", async () => {
	await ide.write("Makefile", "test:\n\tsleep 78.5\n");
	await ide.call(runTests, { wait_ms: 0 });
	const user = { id: "u2", name: "u2", role: "user", permissions: ["*:*:*"], via: "token" as const };
	for (const tool of [workStatus, stopWork]) {
		await expect(ide.call(tool, { id: "w1" }, { user })).rejects.toMatchObject({ code: "not_found" });
	}
});

test("what is printed is kept: the answer has its end, the rest is read by its offset", async () => {
	await ide.write("Makefile", "test:\n\t@seq 1 20000\n");
	const { output } = await ide.call(runTests, {});
	expect(output).toMatchObject({ status: "done", output_total: 108_894, output_offset: 88_894 });
	expect(output.output?.endsWith("20000\n")).toBe(true);
	const start = await ide.call(workStatus, { offset: 0 });
	expect(start.output.output?.startsWith("1\n2\n")).toBe(true);
	expect(start.output.output).toHaveLength(20_000);
});

test("work that can't be done tells whoever asks later why", async () => {
	await uses("vitest");
	await expect(ide.call(runTests, {})).rejects.toMatchObject({ code: "missing_part" });
	const { output, say } = await ide.call(workStatus, {});
	expect(output).toMatchObject({ status: "failed", error: "vitest is not installed in this project." });
	expect(say).toBe("The tests could not be run. vitest is not installed.");
});

test("a program that won't end is made to", async () => {
	await place("node_modules/.bin/jest", "trap '' TERM; echo begun; while true; do sleep 79.5; done");
	await uses("jest");
	await ide.call(runTests, { wait_ms: 0 });
	await vi.waitFor(() => expect(running("sleep 79.5")).not.toEqual([]), 20_000);
	expect((await ide.call(stopWork, {})).output.status).toBe("failed");
	await vi.waitFor(() => expect(running("sleep 79.5")).toEqual([]), 5_000);
});

test("a caller who gives up stops the work", async () => {
	await ide.write("Makefile", "test:\n\tsleep 78.25\n");
	const controller = new AbortController();
	const answer = ide.call(runTests, {}, { signal: controller.signal });
	await vi.waitFor(() => expect(running("sleep 78.25")).not.toEqual([]), 20_000);
	controller.abort();
	await expect(answer).rejects.toMatchObject({ code: "cancelled" });
	expect(running("sleep 78.25")).toEqual([]);
	expect(ide.announced).toEqual([]);
});

test("as many as may be under way are refused with what to do", async () => {
	await ide.write("Makefile", "test:\n\tsleep 78.75\n");
	for (let n = 0; n < 4; n += 1) await ide.call(runTests, { wait_ms: 0 });
	await expect(ide.call(runTests, {})).rejects.toMatchObject({ code: "busy", fix: expect.stringContaining("cancel") });
});
