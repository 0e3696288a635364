import { writeFileSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Progress } from "../../../core/contract/index.ts";
import { createSandbox } from "../../../servers/python/adapters/sandbox.ts";
import { pythonSettings } from "../../../servers/python/adapters/settings.ts";
import { executeCode } from "../../../servers/python/tools/execute-code.ts";
import { interruptExecution } from "../../../servers/python/tools/interrupt-execution.ts";
import { listSessions } from "../../../servers/python/tools/list-sessions.ts";
import { readExecution } from "../../../servers/python/tools/read-execution.ts";
import { resetSession } from "../../../servers/python/tools/reset-session.ts";
import { commandOf, processesBelow } from "../../e2e/harness/process-tree.ts";
import { hasSandbox, startPython } from "./harness.ts";

describe.skipIf(!hasSandbox)("Python in its sandbox", () => {
	let python: Awaited<ReturnType<typeof startPython>>;
	beforeAll(async () => {
		python = await startPython({ memoryMb: 2048, processes: 32, fileMb: 8, sessionsPerUser: 30 });
	});
	afterAll(() => python.stop());

	/** Waits until the newest code, which may still run, has printed this. */
	const printed = (text: string, at = python) =>
		vi.waitFor(async () => expect((await at.call(readExecution, {})).output.stdout.text).toBe(text), 20_000);

	test("variables stay between calls, and the last expression is the result", async () => {
		await python.execute("x = 20");
		const { result, status } = await python.execute("y = 1\nx * 2 + y + 1");
		expect({ result, status }).toEqual({ result: "42", status: "done" });
	});

	test("sessions are apart, by name and by person", async () => {
		await python.execute("secret = 7", { session: "mine" });
		expect((await python.execute("secret", { session: "other" })).error?.type).toBe("NameError");
		expect((await python.execute("secret", { session: "mine", user: "u2" })).error?.type).toBe("NameError");
		expect((await python.execute("secret", { session: "mine" })).result).toBe("7");
	});

	test("printed text comes back whole and in order, also from child processes", async () => {
		const { stdout, stderr } = await python.execute(
			"import subprocess, sys\nprint('one', flush=True)\nsubprocess.run(['echo', 'two'])\nprint('three')\nprint('oops', file=sys.stderr)",
		);
		expect(stdout.text).toBe("one\ntwo\nthree\n");
		expect(stderr.text).toBe("oops\n");
	});

	test("what is printed is passed on while the code still runs", async () => {
		await python.execute("import os, time", { session: "slow" });
		const { sessions } = await python.adapters.parts();
		const go = join(await sessions.scratch("u1", "slow"), "go");
		const code = "print('step 1', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.05)";
		const progress = ({ message }: Progress) => void (message === "step 1" && writeFileSync(go, ""));
		const input = executeCode.input.parse({ code, session: "slow" });
		expect(await executeCode.run(input, python.adapters, { ...python.context(), progress })).toMatchObject({
			status: "done",
		});
	});

	test("an error names the line of the code, not the kernel's own", async () => {
		const { status, error } = await python.execute("def f():\n    return 1 / 0\n\nf()");
		expect(status).toBe("failed");
		expect(error).toMatchObject({ type: "ZeroDivisionError", line: 2 });
		expect(error?.traceback).toContain("return 1 / 0");
		expect(error?.traceback).not.toContain("kernel.py");
	});

	test("a syntax error says where", async () => {
		expect((await python.execute("x = 1\nif x\n  pass")).error).toMatchObject({ type: "SyntaxError", line: 2 });
	});

	test("long output is cut, and the rest can be read", async () => {
		const { stdout, execution } = await python.execute("for i in range(20000): print(i)");
		expect(stdout.text.length).toBe(20_000);
		let [text, next] = [stdout.text, stdout.next];
		while (next !== undefined) {
			const { output } = await python.call(readExecution, { execution, offset: next });
			text += output.stdout.text;
			next = output.stdout.next;
		}
		expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""));
	});

	test("an endless loop is stopped at its deadline and the variables stay", async () => {
		await python.execute("kept = 'here'", { session: "loop" });
		expect((await python.execute("while True: pass", { session: "loop", timeout_ms: 500 })).status).toBe("timeout");
		expect((await python.execute("kept", { session: "loop" })).result).toBe("'here'");
	});

	test("code that refuses to stop loses its session, and the next call says so", async () => {
		const stubborn =
			"import time\nwhile True:\n    try:\n        time.sleep(1)\n    except KeyboardInterrupt:\n        pass";
		const { status, note } = await python.execute(stubborn, { session: "stubborn", timeout_ms: 300 });
		expect(status).toBe("timeout");
		expect(note).toContain("did not stop");
		const next = await python.execute("1 + 1", { session: "stubborn" });
		expect(next.result).toBe("2");
		expect(next.note).toContain("started anew");
	});

	test("a crash costs that session only", async () => {
		await python.execute("a = 1", { session: "safe" });
		const crashed = await python.execute("import ctypes; ctypes.string_at(0)", { session: "crash" });
		expect(crashed.status).toBe("crashed");
		expect((await python.execute("a", { session: "safe" })).result).toBe("1");
		expect((await python.execute("2", { session: "crash" })).result).toBe("2");
	});

	test("giving up on a call interrupts the code", async () => {
		const controller = new AbortController();
		const call = executeCode.run(
			executeCode.input.parse({ code: "print('on', flush=True)\nwhile True: pass", session: "gone" }),
			python.adapters,
			{ ...python.context(controller.signal), progress: () => controller.abort() },
		);
		expect((await call).status).toBe("interrupted");
	});

	test("running code can be interrupted by another call", async () => {
		const running = python.execute("import time\nprint(1, flush=True); time.sleep(60)", { session: "sleepy" });
		await printed("1\n");
		const { output } = await python.call(interruptExecution, {});
		expect(output.status).toBe("interrupted");
		expect((await running).status).toBe("interrupted");
	});

	test("who asked in words has an answer in ten seconds, and is told what came of it", async () => {
		await python.execute("import os, time", { session: "told" });
		const announced: string[] = [];
		python.adapters.announce = ({ text }) => void announced.push(text);
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		try {
			const code = "while not os.path.exists('go'): time.sleep(0.05)\n6 * 7";
			const input = executeCode.input.parse({ code, session: "told" });
			let answered = false;
			const running = Promise.resolve(
				executeCode.run(input, python.adapters, { ...python.context(), words: true }),
			).finally(() => {
				answered = true;
			});
			for (let tries = 0; tries < 100 && !answered; tries += 1) {
				await Bun.sleep(50);
				await vi.advanceTimersByTimeAsync(1_000);
			}
			expect(executeCode.say(await running, input)).toBe("It is still running; I'll tell you when it's done.");
			vi.useRealTimers();
			const { sessions } = await python.adapters.parts();
			await writeFile(join(await sessions.scratch("u1", "told"), "go"), "");
			await vi.waitFor(() => expect(announced).toEqual(["The Python code is through. The result is 42."]), 20_000);
		} finally {
			vi.useRealTimers();
			python.adapters.announce = undefined;
		}
	});

	test("two calls at once in one session: the second is told it is busy", async () => {
		const first = python.execute("import time; print(2, flush=True); time.sleep(60)", { session: "one" });
		await printed("2\n");
		await expect(python.execute("1", { session: "one" })).rejects.toMatchObject({ code: "busy" });
		await python.call(interruptExecution, {});
		await first;
	});

	test("a Python that is killed is listed as ended, not as busy, and can be reset", async () => {
		const own = await startPython();
		const killed = own.execute("import time\nprint(1, flush=True); time.sleep(60)", { session: "killed" });
		await printed("1\n", own);
		const { output: before, say } = await own.call(listSessions, {});
		expect(before.sessions).toMatchObject([{ name: "killed", busy: true, executions: [{ status: "running" }] }]);
		expect(say).toBe("One Python session is open: killed, which is busy.");
		for (const id of processesBelow(process.pid)) if (commandOf(id).includes(own.base)) process.kill(id, "SIGKILL");
		expect((await killed).status).toBe("crashed");
		const { output: after } = await own.call(listSessions, {});
		expect(after.sessions).toMatchObject([{ name: "killed", busy: false, executions: [{ status: "crashed" }] }]);
		expect((await own.call(resetSession, { session: "killed" })).output).toMatchObject({ session: "killed" });
		await own.stop();
	});

	test("resetting forgets everything", async () => {
		await python.execute("open('note.txt', 'w').write('x'); z = 1", { session: "temp" });
		expect((await python.call(listSessions, {})).output.sessions.map(({ name }) => name)).toContain("temp");
		await python.call(resetSession, { session: "temp" });
		expect((await python.execute("import os; os.listdir('.')", { session: "temp" })).result).toBe("[]");
		expect((await python.execute("z", { session: "temp" })).error?.type).toBe("NameError");
	});

	describe("can't", () => {
		test.each([
			["reach the network", "import socket; socket.create_connection(('127.0.0.1', 22), 2)"],
			["see the files of the person it runs for", "open('HOME/outside.txt').read()"],
			["see the password file of the machine", "open('/etc/shadow').read()"],
			["write to the system", "open('/usr/evil', 'w')"],
			["write beside its own folder", "open('/evil', 'w')"],
			[
				"read another process's environment",
				"import os\nassert len([p for p in os.listdir('/proc') if p.isdigit()]) > 6",
			],
			["become root", "import os; os.setuid(0)"],
			[
				"have any right of root's",
				"import re; assert re.search(r'Cap(Bnd|Prm|Inh):\\t0*[1-9a-f]', open('/proc/self/status').read())",
			],
			["mount", "import subprocess; subprocess.run(['mount', '-t', 'tmpfs', 'none', '/tmp'], check=True)"],
			["allocate without end", "x = bytearray(3 * 1024 ** 3)"],
			["fill the disk", "open('big', 'wb').write(b'x' * (9 * 1024 ** 2))"],
		])("%s", async (_, code) => {
			await writeFile(join(python.base, "outside.txt"), "outside");
			const { status } = await python.execute(code.replace("HOME", python.base), { session: "prison" });
			expect(["failed", "crashed"]).toContain(status);
		});
	});

	test("can't start processes without end, and another session can go on meanwhile", async () => {
		const own = await startPython({ processes: 32 });
		const bomb = "import subprocess\nfor i in range(100): subprocess.Popen(['sleep', '5']); print(i, flush=True)";
		const { status, error, stdout } = await own.execute(bomb, { session: "bomb" });
		expect({ status, type: error?.type }).toEqual({ status: "failed", type: "BlockingIOError" });
		expect(stdout.text.trim().split("\n").length).toBeLessThan(33);
		const other = "import subprocess; [subprocess.Popen(['true']).wait() for i in range(20)]";
		expect((await own.execute(other, { session: "other" })).status).toBe("done");
		await own.stop();
	});

	// Root tries it as somebody else too, as most people run it.
	const asSomebody =
		process.getuid?.() === 0 ? ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--"] : [];

	test("can't start processes without end where AIOS is not root", async () => {
		const scratch = await mkdtemp(join(tmpdir(), "aios-fork-"));
		await chmod(scratch, 0o777);
		const sandbox = createSandbox({
			settings: pythonSettings.parse({ processes: 32 }),
			childEnv: { PATH: process.env.PATH ?? "" },
			platform: "linux",
			root: false,
		});
		const start = "import subprocess\nfor i in range(100): subprocess.Popen(['sleep', '5']); print(i, flush=True)";
		const argv = sandbox.wrap(["/usr/bin/python3", "-c", start], {
			scratch,
			readable: [],
			network: false,
			env: { PATH: "/usr/bin" },
		});
		const { stdout, exitCode } = Bun.spawnSync([...asSomebody, ...argv]);
		expect(exitCode).not.toBe(0);
		const started = stdout.toString().trim().split("\n").length;
		expect(started).toBeGreaterThan(5);
		expect(started).toBeLessThan(33);
		await rm(scratch, { recursive: true });
	});

	test("can't fill the server by answers without end: it costs that session only", async () => {
		await python.execute("a = 1", { session: "calm" });
		const endless = "import os\nwhile True: os.write(3, b'x' * 1_000_000)";
		expect((await python.execute(endless, { session: "flood", timeout_ms: 20_000 })).status).toBe("crashed");
		expect((await python.execute("a", { session: "calm" })).result).toBe("1");
	});

	test("nothing of ours is in its environment, and the host's files are as before", async () => {
		const { result } = await python.execute("import os; sorted(os.environ)");
		expect(result).not.toMatch(/AIOS|TOKEN|PASSWORD|KEY/);
		await writeFile(join(python.base, "outside.txt"), "outside");
		await python.execute("import os\nos.symlink('/etc', 'link')");
		expect(await readdir(python.base)).toContain("outside.txt");
	});

	test("a person's sessions are limited, and one that is reset makes room", async () => {
		const own = await startPython({ sessionsPerUser: 1 });
		await own.execute("1", { session: "a" });
		await expect(own.execute("1", { session: "b" })).rejects.toMatchObject({
			code: "busy",
			fix: expect.stringContaining("Reset"),
		});
		await own.call(resetSession, { session: "a" });
		expect((await own.execute("1", { session: "b" })).result).toBe("1");
		expect((await own.call(listSessions, {})).output.sessions.map(({ name }) => name)).toEqual(["b"]);
		await own.stop();
	});

	test("no process is left when the server stops", async () => {
		const own = await startPython();
		await own.execute("import subprocess; subprocess.Popen(['sleep', '86.4'])");
		await own.stop();
		const left = () => Bun.spawnSync(["pgrep", "-f", "sleep 86.4"]).stdout.toString().trim();
		await vi.waitFor(() => expect(left()).toBe(""), 5_000);
	});
});

test("without a sandbox code is refused, unless an administrator allowed it", () => {
	const without = (settings: object) =>
		createSandbox({ settings: pythonSettings.parse(settings), childEnv: { PATH: "" }, platform: "linux" });
	expect(() => without({})).toThrow(/no sandbox/);
	expect(without({ isolation: "none" }).kind).toBe("none");
});

test("without Python the requirement says what to install", async () => {
	const python = await startPython({ python: "/no/such/python" });
	const [requirement] = await python.adapters.requirements();
	expect(requirement).toMatchObject({ ok: false, fix: expect.stringContaining("Install") });
	await python.stop();
});
