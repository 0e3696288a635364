import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseDiagnostics, summariseTests } from "../../../servers/ide/adapters/index.ts";
import { formatCode } from "../../../servers/ide/tools/format-code.ts";
import { listDiagnostics } from "../../../servers/ide/tools/list-diagnostics.ts";
import { openVscode } from "../../../servers/ide/tools/open-vscode.ts";
import { runTests } from "../../../servers/ide/tools/run-tests.ts";
import { startIde } from "./harness.ts";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

let ide: Awaited<ReturnType<typeof startIde>>;
beforeEach(async () => {
	ide = await startIde();
});
afterEach(() => ide.stop());

describe("tests of a project are run its own way", () => {
	test("node's runner, through npm", async () => {
		await ide.write("package.json", JSON.stringify({ name: "x", scripts: { test: "node --test" } }));
		await ide.write(
			"a.test.js",
			"const t = require('node:test'); t('fine', () => {}); t('broken', () => { throw new Error('no'); });",
		);
		const { output, say } = await ide.call(runTests, {});
		expect(output).toMatchObject({ runner: "npm test", ok: false, passed: 1, failed: 1 });
		expect(output.failures).toContain("broken");
		expect(say).toMatch(/^1 test failed and 1 passed/);
	}, 60_000);

	test("a project without tests says so", async () => {
		await expect(ide.call(runTests, {})).rejects.toMatchObject({ code: "unsupported" });
	});

	test("a runner that is not installed is named", async () => {
		await ide.write("package.json", JSON.stringify({ name: "x", devDependencies: { vitest: "1.0.0" } }));
		await expect(ide.call(runTests, {})).rejects.toMatchObject({
			code: "missing_part",
			message: expect.stringContaining("vitest"),
		});
	});

	test("giving up ends the run with all it started", async () => {
		await ide.write("Makefile", "test:\n\tsleep 75.5\n");
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 500);
		await expect(ide.call(runTests, {}, { signal: controller.signal })).rejects.toThrow();
		await vi.waitFor(() => expect(Bun.spawnSync(["pgrep", "-f", "sleep 75.5"]).stdout.toString()).toBe(""), 3000);
	});
});

describe("what test runners say at the end", () => {
	test.each([
		[
			"vitest",
			" FAIL  test/a.test.ts > adds\n Test Files  1 failed (2)\n      Tests  1 failed | 11 passed | 2 skipped (14)\n",
			{ passed: 11, failed: 1, skipped: 2 },
		],
		[
			"jest",
			"Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 8 passed, 9 total\n",
			{ passed: 8, failed: 1, skipped: 0 },
		],
		[
			"pytest",
			"FAILED test_a.py::test_x - assert 1 == 2\n=== 1 failed, 4 passed, 1 skipped in 0.12s ===",
			{ passed: 4, failed: 1, skipped: 1 },
		],
		[
			"cargo",
			"test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n",
			{ passed: 5, failed: 1, skipped: 1 },
		],
		[
			"go",
			"ok  \tx/a\t0.01s\nFAIL\tx/b\t0.02s\n?   \tx/c\t[no test files]\nFAIL\n",
			{ passed: 1, failed: 1, skipped: 1 },
		],
		[
			"go, test by test",
			"=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n    --- FAIL: TestB/deep (0.00s)\nFAIL\nFAIL\tx/a\t0.01s\nFAIL\tx/b [build failed]\n",
			{ passed: 1, failed: 2, skipped: 0, failures: ["x/b [build failed]", "TestB", "TestB/deep"] },
		],
		["mocha", "\n  12 passing (30ms)\n  1 pending\n  2 failing\n", { passed: 12, failed: 2, skipped: 1 }],
		["bun", "(fail) adds [0.10ms]\n\n 3 pass\n 1 fail\n", { passed: 3, failed: 1, skipped: 0 }],
	])("%s", (_, output, counts) => {
		expect(summariseTests(output)).toMatchObject(counts);
	});

	test("output that tells nothing gives nothing", () => {
		expect(summariseTests("make: Nothing to be done\n")).toBeUndefined();
	});
});

describe("problems", () => {
	test("of the real TypeScript compiler, with file and line", async () => {
		await symlink(modules, join(ide.repository, "node_modules"));
		await ide.write("package.json", JSON.stringify({ name: "x", devDependencies: { typescript: "7" } }));
		await ide.write(
			"tsconfig.json",
			JSON.stringify({ compilerOptions: { strict: true, types: [], noEmit: true }, files: ["a.ts"] }),
		);
		await ide.write("a.ts", "export const n: number = 1;\nexport const s: number = 'x';\n");
		const { output, say } = await ide.call(listDiagnostics, {});
		expect(output).toMatchObject({ ran: ["tsc"], errors: 1 });
		expect(output.diagnostics?.[0]).toMatchObject({ file: "a.ts", line: 2, severity: "error" });
		expect(say).toMatch(/^There is 1 error; the first is in a\.ts, line 2/);
	}, 60_000);

	test.each([
		[
			"tsc",
			"src/a.ts(3,5): error TS2304: Cannot find name 'x'.",
			{ file: "src/a.ts", line: 3, column: 5, severity: "error" },
		],
		[
			"biome",
			"::warning title=lint/style,file=a.ts,line=3,endLine=3,col=5,endColumn=6::Use const",
			{ file: "a.ts", line: 3, severity: "warning" },
		],
		["ruff", "a.py:1:8: F401 [*] `os` imported but unused", { file: "a.py", line: 1, column: 8 }],
		[
			"cargo",
			"src/main.rs:2:9: error[E0425]: cannot find value `x`",
			{ file: "src/main.rs", line: 2, severity: "error" },
		],
		[
			"eslint",
			"/p/a.js\n  3:5  warning  Unexpected console statement  no-console\n",
			{ file: "a.js", line: 3, severity: "warning" },
		],
		["go vet", "vet: ./main.go:4:2: undefined: x", { file: "main.go", line: 4 }],
	])("%s's form is read", (source, output, expected) => {
		expect(parseDiagnostics(output, source, "/p")).toEqual([expect.objectContaining({ ...expected, source })]);
	});

	test("a project without checkers says so", async () => {
		await expect(ide.call(listDiagnostics, {})).rejects.toMatchObject({ code: "unsupported" });
	});
});

test("code is formatted by the project's own formatter, and what changed is told", async () => {
	await symlink(modules, join(ide.repository, "node_modules"));
	await ide.write(".gitignore", "node_modules\n");
	await ide.write("package.json", '{\n\t"name": "x",\n\t"devDependencies": { "@biomejs/biome": "2" }\n}\n');
	await ide.write("ugly.js", "const a   =  1\n");
	const { output, say } = await ide.call(formatCode, { paths: ["ugly.js"] });
	expect(output.changed).toEqual(["ugly.js"]);
	expect(say).toBe("biome formatted 1 file.");
	expect(await readFile(join(ide.repository, "ugly.js"), "utf8")).toBe("const a = 1;\n");
}, 60_000);

describe("the editor", () => {
	test("is opened at the file and line", async () => {
		await ide.program("code", `printf '%s\\n' "$@" > ${ide.home}/called`);
		const { output, say } = await ide.call(openVscode, { path: "projects/sample/readme.md", line: 3 });
		expect(output.editor).toBe("code");
		expect(say).toBe("Opening readme.md at line 3.");
		await vi.waitFor(async () => {
			expect(await readFile(join(ide.home, "called"), "utf8")).toBe(
				`--reuse-window\n--goto\n${ide.repository}/readme.md:3\n`,
			);
		}, 3000);
	});

	test("is one of VS Code's kin where VS Code is not there", async () => {
		await ide.program("codium", "exit 0");
		expect((await ide.call(openVscode, { path: "projects/sample" })).output.editor).toBe("codium");
	});

	test("that fails to open says why", async () => {
		await ide.program("code", "echo 'no display' >&2; exit 1");
		await expect(ide.call(openVscode, { path: "projects/sample" })).rejects.toMatchObject({
			code: "upstream_failed",
			message: expect.stringContaining("no display"),
		});
	});

	test("missing is said with what to install; a file outside is refused", async () => {
		await writeFile(join(ide.home, "bin/nothing"), "");
		const bare = await startIde();
		bare.adapters.editor = (await import("../../../servers/ide/adapters/editor.ts")).createEditor({
			env: { PATH: "" },
			command: undefined,
		});
		await expect(bare.call(openVscode, { path: "projects/sample" })).rejects.toMatchObject({ code: "missing_part" });
		await expect(bare.call(openVscode, { path: "/etc/passwd" })).rejects.toMatchObject({ code: "forbidden" });
		await bare.stop();
	});
});
