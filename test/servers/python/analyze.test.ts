import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeCode } from "../../../servers/python/tools/analyze-code.ts";
import { analysisStatus, analyzeData, stopAnalysis } from "../../../servers/python/tools/analyze-data.ts";
import { installationStatus, installPackage } from "../../../servers/python/tools/install-package.ts";
import { hasSandbox, startPython } from "./harness.ts";

/** The first eight bytes of every PNG. */
const pngSignature = "iVBORw0KGgo";

const sales = "month,region,sales\n2026-01-01,north,10\n2026-02-01,south,40\n2026-03-01,north,25\n";

describe.skipIf(!hasSandbox)("analysing with the packages for it", () => {
	let python: Awaited<ReturnType<typeof startPython>>;
	/** What was answered to a call that did not wait for the packages to be installed. */
	let meanwhile: unknown;
	beforeAll(async () => {
		python = await startPython({ temporaryMb: 16 });
		const { environment } = await python.adapters.parts();
		const options = { signal: AbortSignal.timeout(280_000), progress() {} };
		meanwhile = await environment.ensure({ ...options, waitMs: 1 }).catch((error: unknown) => error);
		await environment.ensure(options);
	}, 300_000);
	afterAll(() => python.stop());

	test("while its packages are installed it says to ask again, and the installation goes on by itself", () => {
		expect(meanwhile).toMatchObject({ code: "busy", spoken: expect.stringContaining("Ask me again") });
	});

	test("a question about data is answered with a number, a name and a plot", async () => {
		const { output, say } = await python.call(analyzeData, {
			csv: sales,
			question: "which region has the highest sales",
		});
		expect(say).toBe("The highest sales is 40, for south.");
		expect(output.rows).toBe(3);
		expect(output.columns?.map(({ name }) => name)).toEqual(["month", "region", "sales"]);
		expect(output.images?.[0]?.data.startsWith(pngSignature)).toBe(true);
	});

	test.each([
		["which region has the highest total sales?", "north has the highest total sales, 60."],
		["average sales by region", "The average sales by region: south 40, north 30."],
	])("groups are compared where that is asked: %s", async (question, answer) => {
		const csv = "region,sales\nnorth,30\nnorth,30\nsouth,40\n";
		expect((await python.call(analyzeData, { csv, question })).say).toBe(answer);
	});

	test.each(["csv", "xlsx", "parquet", "json"])("a %s file is read and can be worked on afterwards", async (kind) => {
		const made = await python.execute(
			{
				csv: "import pandas as pd, io\nd = pd.DataFrame({'a': [1, 2, 3]}); d.to_csv('out.csv', index=False)",
				xlsx: "import pandas as pd\nd = pd.DataFrame({'a': [1, 2, 3]}); d.to_excel('out.xlsx', index=False)",
				parquet: "import pandas as pd\nd = pd.DataFrame({'a': [1, 2, 3]}); d.to_parquet('out.parquet')",
				json: "import pandas as pd\nd = pd.DataFrame({'a': [1, 2, 3]}); d.to_json('out.json')",
			}[kind] ?? "",
			{ session: "maker" },
		);
		expect(made.status).toBe("done");
		const { sessions } = await python.adapters.parts();
		const path = join(python.base, `table.${kind}`);
		await writeFile(path, await Bun.file(join(await sessions.scratch("u1", "maker"), `out.${kind}`)).bytes());
		const { say } = await python.call(analyzeData, { path });
		expect(say).toContain("3 rows and 1 column.");
		expect((await python.execute("int(df['a'].sum())", { session: "data" })).result).toBe("6");
	});

	test("it tells how far it is; given up, it stops and the session goes on", async () => {
		const controller = new AbortController();
		const steps: (number | undefined)[] = [];
		const path = join(python.base, "large.csv");
		await writeFile(path, `a,b,c\n${"1,some words,2.5\n".repeat(4_000_000)}`);
		const call = analyzeData.run(analyzeData.input.parse({ path }), python.adapters, {
			...python.context(controller.signal),
			progress({ total }) {
				steps.push(total);
				if (total === 100) controller.abort();
			},
		});
		await expect(call).rejects.toMatchObject({ code: "cancelled" });
		expect(steps).toContain(100);
		await expect
			.poll(() => python.execute("1 + 1", { session: "data" }).catch(() => undefined))
			.toMatchObject({ result: "2" });
		const { sessions } = await python.adapters.parts();
		const left = await readdir(await sessions.scratch("u1", "data"));
		expect(left.filter((name) => name.startsWith(".data"))).toEqual([]);
	});

	test.each([
		[
			"a decimal comma, a semicolon and letters of its own",
			"csv",
			Buffer.from("Stadt;Wert\nK\xf6ln;1.234,5\nUlm;2,5\n", "latin1"),
			"Wert goes from 2.5 to 1,234.5",
		],
		[
			"a list inside an object",
			"json",
			Buffer.from('{"found": 2, "items": [{"a": 1, "b": {"c": [1]}}, {"a": 3}]}'),
			"2 rows and 2 columns. a goes from 1 to 3",
		],
		["an object a line", "json", Buffer.from('{"a": 1}\n{"a": 3}\n'), "2 rows and 1 column. a goes"],
	])("%s: the file is read as it is", async (_, kind, bytes, said) => {
		const path = join(python.base, `as-it-is.${kind}`);
		await writeFile(path, bytes);
		expect((await python.call(analyzeData, { path })).say).toContain(said);
	});

	test("data never goes through a link that code put in its place", async () => {
		const target = join(python.base, "precious.txt");
		await writeFile(target, "precious");
		await python.execute(`import os\nos.symlink(${JSON.stringify(target)}, "input.csv")`, { session: "data" });
		expect((await python.call(analyzeData, { csv: "a,b\n1,2\n" })).output.rows).toBe(1);
		expect(await readFile(target, "utf8")).toBe("precious");
	});

	/** Has reading a CSV file do something first, in the session that data is read in. */
	const beforeReading = (code: string) =>
		python.execute(
			`import os, time\nimport pandas as pd\n_read = getattr(pd, "_read", pd.read_csv)\npd._read = _read\ndef _slow(*given, **how):\n    ${code}\n    return _read(*given, **how)\npd.read_csv = _slow`,
			{ session: "data" },
		);

	test("data that takes long to read goes on behind the answer; its summary and plot are there afterwards", async () => {
		await beforeReading("while not os.path.exists('go'): time.sleep(0.05)");
		const begun = await python.call(analyzeData, { csv: sales, wait_ms: 0 });
		expect(begun.output).toMatchObject({ status: "running" });
		expect(begun.say).toBe("I am still reading the data.");
		const { id } = begun.output;
		expect((await python.call(analysisStatus, { id })).output.status).toBe("running");
		const { sessions } = await python.adapters.parts();
		await writeFile(join(await sessions.scratch("u1", "data"), "go"), "");
		const { output, say } = await python.call(analysisStatus, { id, wait_ms: 45_000 });
		expect(output).toMatchObject({ status: "done", result: { rows: 3, session: "data" } });
		expect(say).toContain("3 rows and 3 columns");
		expect(analysisStatus.attachments?.(output)[0]?.data.startsWith(pngSignature)).toBe(true);
	});

	test("an analysis is stopped, its program too, and the session stays", async () => {
		await beforeReading("while True: time.sleep(0.05)");
		await python.call(analyzeData, { csv: sales, wait_ms: 500 });
		const { output, say } = await python.call(stopAnalysis, {});
		expect(output).toMatchObject({ status: "failed", error: "The analysis was cancelled." });
		expect(say).toBe("Stopped.");
		expect((await python.execute("len(df)", { session: "data" })).result).toBe("3");
	});

	test("a Python that dies over the data is told to whoever asks later", async () => {
		await beforeReading("os.kill(os.getpid(), 9)");
		await expect(python.call(analyzeData, { csv: sales })).rejects.toMatchObject({ code: "unsupported" });
		const { output, say } = await python.call(analysisStatus, {});
		expect(output).toMatchObject({
			status: "failed",
			error: expect.stringContaining("could not be read: Python ended unexpectedly"),
		});
		expect(say).toBe("The analysis failed. I could not read that data.");
		expect((await python.call(stopAnalysis, {})).say).toBe("It was over already.");
		expect((await python.call(analyzeData, { csv: sales })).output.rows).toBe(3);
	});

	test("a broken file is said to be unreadable", async () => {
		const path = join(python.base, "broken.parquet");
		await writeFile(path, "not parquet");
		await expect(python.call(analyzeData, { path })).rejects.toMatchObject({
			code: "unsupported",
			spoken: "I could not read that data.",
		});
	});

	test("a file outside the allowed folders is refused", async () => {
		await expect(python.call(analyzeData, { path: "/etc/hosts.csv" })).rejects.toMatchObject({ code: "forbidden" });
	});

	test("a plot comes back as PNG, a frame as a table", async () => {
		const plot = await python.execute("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])");
		expect(plot.images).toHaveLength(1);
		expect(plot.stderr.text).toBe("");
		expect(plot.images[0]?.data.startsWith(pngSignature)).toBe(true);
		const frame = await python.execute("import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})");
		expect(frame.table).toEqual({
			columns: ["a", "b"],
			rows: [
				[1, "x"],
				[2, null],
			],
			total: 2,
		});
	});

	test("code is read for errors, lint and complexity, and never run", async () => {
		const code =
			"import os\n\ndef f(a, b):\n    if a and b:\n        return eval(a)\n    return undefined_name\n\nopen('ran', 'w')\n";
		const { output, say } = await python.call(analyzeCode, { code });
		expect(output.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["F401", "F821"]));
		expect(output.definitions).toEqual([
			{ kind: "function", name: "f", line: 3, lines: 4, arguments: ["a", "b"], complexity: 3, documented: false },
		]);
		expect(say).toMatch(/^I found \d+ problems, the first in line \d+/);
	});

	test("a syntax error is told by its line", async () => {
		const { output, say } = await python.call(analyzeCode, { code: "x = (1,\ny = 2" });
		expect(output.error?.line).toBe(1);
		expect(say).toContain("syntax error in line 1");
	});

	test("a package is installed into its own session only", async () => {
		const { output } = await python.call(installPackage, { package: "six==1.16.0", session: "with six" });
		expect(output.installed).toEqual(["six-1.16.0"]);
		expect((await python.call(installationStatus, {})).output).toEqual(output);
		expect((await python.execute("import six; six.__version__", { session: "with six" })).result).toBe("'1.16.0'");
		expect((await python.execute("import six", { session: "bare" })).error?.type).toBe("ModuleNotFoundError");
	});

	test("a package larger than the memory for temporary files is installed, and leaves nothing else behind", async () => {
		const { output } = await python.call(installPackage, { package: "ruff", session: "large" });
		expect(output).toMatchObject({ status: "done", installed: [expect.stringMatching(/^ruff-/)] });
		expect((await python.execute("import os; os.listdir('.')", { session: "large" })).result).toBe("['.packages']");
	});

	test("a package that does not exist is said so", async () => {
		await expect(python.call(installPackage, { package: "six==0.0.0.1" })).rejects.toMatchObject({ code: "not_found" });
		const { output, say } = await python.call(installationStatus, {});
		expect(output).toMatchObject({ status: "failed", package: "six==0.0.0.1" });
		expect(say).toContain("six==0.0.0.1");
	});
});

test.each(["--index-url=http://x", "-r", "git+https://x", "./folder", "a; rm -rf /", "a b", "https://x/y.whl", "../x"])(
	"%s is no package name",
	(name) => {
		expect(installPackage.input.safeParse({ package: name }).success).toBe(false);
	},
);
