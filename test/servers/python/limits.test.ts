import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sayExecution } from "../../../servers/python/tools/execution.ts";
import { interruptExecution } from "../../../servers/python/tools/interrupt-execution.ts";
import { commandOf, processesBelow } from "../../e2e/harness/process-tree.ts";
import { hasSandbox, startPython } from "./harness.ts";

/** Starts processes that run a piece of Python each, and waits for them. */
const inProcesses = (count: number, code: string) =>
	`import subprocess, sys\nfor p in [subprocess.Popen([sys.executable, "-c", ${JSON.stringify(code)}]) for _ in range(${count})]: p.wait()`;

describe.skipIf(!hasSandbox)("a Python session is held to its limits as a whole", () => {
	let python: Awaited<ReturnType<typeof startPython>>;
	beforeAll(async () => {
		python = await startPython({ memoryMb: 1000, cpus: 0.2, processes: 64, temporaryMb: 16 });
		await python.execute("kept = 'here'", { session: "other" });
	});
	afterAll(() => python.stop());

	test("four processes of 300 MB are ended with a sentence that says why, and another session goes on", async () => {
		await python.execute("before = 1", { session: "greedy" });
		const eat = "import time; x = bytearray(b'x') * 300_000_000; time.sleep(60)";
		const ended = await python.execute(inProcesses(4, eat), { session: "greedy" });
		expect(ended.error).toMatchObject({
			type: "OverLimit",
			message: expect.stringMatching(/^It used 1[0-3]\d\d MB of memory and may use 1000, so it was ended\.$/),
		});
		expect(ended).toMatchObject({ status: "crashed", note: expect.stringContaining("servers.python.memoryMb") });
		expect(sayExecution(ended)).toMatch(/may use 1000, so it was ended\. A new session/);
		expect((await python.execute("kept", { session: "other" })).result).toBe("'here'");
		const next = await python.execute("1 + 1", { session: "greedy" });
		expect(next).toMatchObject({
			result: "2",
			note: expect.stringMatching(/^It used .* The session was started anew/),
		});
	});

	test("what forked processes share counts once", async () => {
		const shared = `import os, time
x = bytearray(b'x') * 400_000_000
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        time.sleep(1.5)
        os._exit(0)
    children.append(child)
[os.waitpid(child, 0)[1] for child in children]`;
		const { status, result } = await python.execute(shared, { session: "forks" });
		expect({ status, result }).toEqual({ status: "done", result: "[0, 0, 0, 0]" });
	});

	test("one that grows while no code runs is ended too, and the next call says so", async () => {
		const grow = "import time; x = bytearray(b'x') * 600_000_000; time.sleep(60)";
		const start = `import subprocess, sys\nfor _ in range(2): subprocess.Popen([sys.executable, "-c", ${JSON.stringify(grow)}])`;
		expect((await python.execute(start, { session: "later" })).status).toBe("done");
		await expect
			.poll(async () => (await python.execute("1", { session: "later" })).note, { timeout: 10_000, interval: 300 })
			.toMatch(/MB of memory and may use 1000, so it was ended/);
	});

	test("spinning in several processes it gets its share of the processors, and can be stopped", async () => {
		const running = python.execute(inProcesses(4, "while True: pass"), { session: "spinner" });
		const spinners = () => processesBelow(process.pid).filter((pid) => commandOf(pid).endsWith("-c while True: pass"));
		await expect.poll(() => spinners().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
		const pids = spinners();
		const began = performance.now();
		const other = await python.execute("sum(range(1_000_000))", { session: "other" });
		expect(other.result).toBe("499999500000");
		await Bun.sleep(5_000);
		const used = pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
		const share = (0.2 * (performance.now() - began)) / 1_000;
		// What it may save up by resting is ten seconds of its share; a busy machine gives it less than it may use.
		expect(used).toBeGreaterThan(0);
		expect(used).toBeLessThan(share + 2 + 1);
		expect((await python.call(interruptExecution, {})).output.session).toBe("spinner");
		expect((await running).status).toBe("interrupted");
	});

	test("its processes come after everything else, and are the first to go when memory runs out", async () => {
		const { result } = await python.execute("import os; (os.nice(0), open('/proc/self/oom_score_adj').read().strip())");
		expect(result).toBe("(10, '1000')");
	});

	test.each(["/tmp", "/dev/shm"])("it may keep files in %s, and not more than it is given", async (folder) => {
		const fill = `f = open('${folder}/big', 'wb')\nfor i in range(40): f.write(bytes(1024 ** 2)); f.flush()`;
		const { error } = await python.execute(fill, { session: "files" });
		expect(error).toMatchObject({ type: "OSError", message: expect.stringContaining("No space left") });
		await python.execute(`import os; os.remove('${folder}/big')`, { session: "files" });
	});

	test("nothing can be kept beside them", async () => {
		const { error } = await python.execute("open('/dev/big', 'wb')", { session: "files" });
		expect(error?.message).toContain("Read-only");
	});

	test("temporary files, locks and shared memory work as anywhere", async () => {
		const code = `import tempfile, os, multiprocessing as m
from multiprocessing.shared_memory import SharedMemory
folder = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w+") as f: f.write("x")
block = SharedMemory(create=True, size=100); block.close(); block.unlink()
with m.Pool(2) as pool: squares = pool.map(abs, [-1, -2])
(tempfile.gettempdir(), os.path.dirname(folder), squares, m.Lock().acquire())`;
		const { result, error } = await python.execute(code, { session: "temporary" });
		expect({ result, error }).toEqual({ result: "('/tmp', '/tmp', [1, 2], True)", error: undefined });
	});
});

/** Processor time a process has taken, in seconds; in /proc it is in hundredths. */
function processorSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	// The name, in brackets before these fields, may hold anything.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}
