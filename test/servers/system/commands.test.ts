import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { splitCommand } from "../../../servers/system/adapters/index.ts";
import { endProcess, isGone } from "../../../servers/system/tools/end-process.ts";
import { executeCommand } from "../../../servers/system/tools/execute-command.ts";
import { killProcess } from "../../../servers/system/tools/kill-process.ts";
import { listCommands } from "../../../servers/system/tools/list-commands.ts";
import { readOutput } from "../../../servers/system/tools/read-output.ts";
import { terminate } from "../../../servers/system/tools/terminate.ts";
import { writeInput } from "../../../servers/system/tools/write-input.ts";
import { toolContext } from "./context.ts";
import { startSystem } from "./harness.ts";

let system: Awaited<ReturnType<typeof startSystem>>;
beforeAll(async () => {
	system = await startSystem();
});
afterAll(() => system.stop());

const isAlive = (pid: number) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

test("a command's words are run and its output told", async () => {
	const { output, say } = await system.call(executeCommand, { command: "echo 'two words' three" });
	expect(output).toMatchObject({ argv: ["echo", "two words", "three"], status: "exited", exit_code: 0 });
	expect(output.stdout.text).toBe("two words three\n");
	expect(say).toBe("echo says: two words three");
});

test("without an id the newest command that runs is meant, and what it was told is read back", async () => {
	expect(() => system.adapters.commands.get("nobody")).toThrow("No command was run yet.");
	const running = await system.call(executeCommand, { command: "cat", background: true });
	await system.call(executeCommand, { command: "echo over" });
	await system.call(writeInput, { text: "hello" });
	await vi.waitFor(async () => expect((await system.call(readOutput, {})).output.stdout.text).toBe("hello\n"));
	expect((await system.call(terminate, {})).output).toMatchObject({ id: running.output.id, status: "terminated" });
	expect((await system.call(readOutput, {})).output.argv).toEqual(["echo", "over"]);
});

test("why a command failed is said, not where to look for help", async () => {
	const { say } = await system.call(executeCommand, { command: "sleep soon" });
	expect(say).toMatch(/^sleep failed: sleep: invalid time interval .soon.\.$/);
});

test("while a command runs, the last line it printed is passed on", async () => {
	const messages: (string | undefined)[] = [];
	const context = toolContext(undefined, { progress: ({ message }) => void messages.push(message) });
	const input = executeCommand.input.parse({ command: "echo first; echo second; sleep 1.3", shell: true });
	await executeCommand.run(input, system.adapters, context);
	expect(messages.at(-1)).toBe("second");
});

test("who asked in words has an answer in ten seconds, and is told what came of it, unless they stop it", async () => {
	const announced: string[] = [];
	system.adapters.announce = ({ text, userId }) => void announced.push(`${userId}: ${text}`);
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	const said = async (command: string) => {
		const input = executeCommand.input.parse({ command, shell: true });
		let answered = false;
		const context = toolContext(undefined, { words: true });
		const running = Promise.resolve(executeCommand.run(input, system.adapters, context)).finally(() => {
			answered = true;
		});
		for (let tries = 0; tries < 100 && !answered; tries += 1) {
			await Bun.sleep(20);
			await vi.advanceTimersByTimeAsync(1_000);
		}
		const output = await running;
		expect(executeCommand.say(output, input)).toBe("sh is running; I'll tell you when it's done.");
		return output.id;
	};
	try {
		const id = await said("while [ ! -e go ]; do sleep 0.05; done; echo fine");
		const stopped = await said("sleep 76.5");
		vi.useRealTimers();
		await system.call(terminate, { id: stopped });
		await writeFile(join(system.home, "go"), "");
		await system.call(readOutput, { id, wait_ms: 20_000 });
		expect(announced).toEqual(["u1: sh says: fine"]);
	} finally {
		vi.useRealTimers();
		system.adapters.announce = undefined;
	}
});

// What only a shell can do is refused: test/security/bypass.
test("quoted, the same characters are plain text", () => {
	expect(splitCommand(`echo 'a; b' "c | d" 'e*' '$HOME'`)).toEqual(["echo", "a; b", "c | d", "e*", "$HOME"]);
});

test("a quote that is never closed is refused, not closed by a guess", () => {
	for (const line of ['echo "a', "rm 'a b", `echo "it's`, 'echo a\\"b "c'])
		expect(() => splitCommand(line)).toThrow("never closed");
	expect(splitCommand(`echo "it's" 'say "x"' a\\'b`)).toEqual(["echo", "it's", 'say "x"', "a'b"]);
});

test("with a shell asked for, a pipe works, and the summary shows it", async () => {
	const { output } = await system.call(executeCommand, { command: "printf 'b\\na\\n' | sort", shell: true });
	expect(output.stdout.text).toBe("a\nb\n");
	expect(executeCommand.summary(executeCommand.input.parse({ command: "a | b", shell: true }))).toBe(
		"Run in a shell: a | b",
	);
	expect(executeCommand.summary(executeCommand.input.parse({ command: "rm 'a b'" }))).toBe('Run rm "a b"');
});

test("a failing command says what it said", async () => {
	const { output, say } = await system.call(executeCommand, { command: "ls /no-such-folder" });
	expect(output.exit_code).toBe(2);
	expect(say).toMatch(/^ls failed: .*No such file/);
});

test("a program that is not there is named", async () => {
	await expect(system.call(executeCommand, { command: "no-such-program-here" })).rejects.toMatchObject({
		code: "not_found",
	});
});

test("a folder outside the allowed ones is no place to run", async () => {
	await expect(system.call(executeCommand, { command: "ls", cwd: "/etc" })).rejects.toMatchObject({
		code: "forbidden",
	});
});

test("nothing of ours is in a command's environment", async () => {
	const { output } = await system.call(executeCommand, { command: "env" });
	expect(output.stdout.text).toContain(`HOME=${system.home}`);
	expect(output.stdout.text).not.toMatch(/AIOS_/);
});

test("at its deadline a command ends with all it started", async () => {
	const { output } = await system.call(executeCommand, {
		command: "sh -c 'sleep 71.5 & echo $!; wait'",
		timeout_ms: 500,
	});
	expect(output.status).toBe("timeout");
	const child = Number(output.stdout.text.trim());
	expect(child).toBeGreaterThan(1);
	await vi.waitFor(() => expect(isAlive(child)).toBe(false), 4000);
});

test("giving up on a call stops its command", async () => {
	const controller = new AbortController();
	setTimeout(() => controller.abort(), 300);
	const { output } = await system.call(executeCommand, { command: "sleep 72.5" }, controller.signal);
	await vi.waitFor(async () => {
		const { output: later } = await system.call(readOutput, { id: output.id });
		expect(later.status).toBe("terminated");
	}, 4000);
});

test("in the background it takes input, gives output and is stopped", async () => {
	const { output } = await system.call(executeCommand, { command: "cat", background: true });
	expect(output.status).toBe("running");
	await system.call(writeInput, { id: output.id, text: "hello" });
	await vi.waitFor(async () => {
		expect((await system.call(readOutput, { id: output.id })).output.stdout.text).toBe("hello\n");
	}, 4000);
	expect((await system.call(terminate, { id: output.id })).output.status).toBe("terminated");
	await expect(system.call(writeInput, { id: output.id, text: "more" })).rejects.toMatchObject({ code: "conflict" });
});

test("which commands still run is told, to whom they belong", async () => {
	expect((await system.call(listCommands, {})).say).toBe("No command is running.");
	const { output } = await system.call(executeCommand, { command: "sleep 75.5", background: true });
	const running = await system.call(listCommands, {});
	expect(running.output.commands).toMatchObject([{ id: output.id, argv: ["sleep", "75.5"], status: "running" }]);
	expect(running.say).toMatch(/^One command is running: sleep, for \d+ seconds?\.$/);
	const others = await listCommands.run({ ended: true }, system.adapters, {
		...toolContext(),
		user: { ...toolContext().user, id: "somebody" },
	});
	expect(others).toEqual({ commands: [] });
	await system.call(terminate, { id: output.id });
	expect((await system.call(listCommands, {})).output.commands).toEqual([]);
});

test("a command that broke off is not said to run", async () => {
	const { output } = await system.call(executeCommand, { command: "false" });
	expect((await system.call(listCommands, {})).output.commands).toEqual([]);
	const [newest] = (await system.call(listCommands, { ended: true })).output.commands;
	expect(newest).toMatchObject({ id: output.id, status: "exited", exit_code: 1 });
});

test("long output is read on to its end", async () => {
	const { output } = await system.call(executeCommand, { command: "seq 1 20000" });
	let [text, next] = [output.stdout.text, output.stdout.next];
	while (next !== undefined) {
		const { output: page } = await system.call(readOutput, { id: output.id, stdout_offset: next });
		text += page.stdout.text;
		next = page.stdout.next;
	}
	expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join(""));
});

test("a command of somebody else is not there", async () => {
	await expect(system.call(readOutput, { id: "nothing" })).rejects.toMatchObject({ code: "not_found" });
});

describe("ending processes", () => {
	test("by number, checked against the name", async () => {
		const child = Bun.spawn(["sleep", "73.5"]);
		await expect(system.call(killProcess, { pid: child.pid, name: "firefox" })).rejects.toMatchObject({
			code: "not_found",
		});
		const { output } = await system.call(killProcess, { pid: child.pid, name: "sleep" });
		expect(output).toMatchObject({ pid: child.pid, ended: true });
		expect(await child.exited).not.toBe(0);
	});

	test("a name several have is asked about", async () => {
		const children = [Bun.spawn(["sleep", "74.5"]), Bun.spawn(["sleep", "74.5"])];
		try {
			await vi.waitFor(async () => {
				await expect(system.call(killProcess, { name: "sleep" })).rejects.toMatchObject({ code: "conflict" });
			}, 3000);
		} finally {
			for (const child of children) child.kill();
		}
	});

	test("AIOS itself is left alone, and so is what it was started from", async () => {
		for (const pid of [process.pid, process.ppid]) {
			await expect(system.call(killProcess, { pid })).rejects.toMatchObject({ code: "forbidden" });
		}
	});

	test.skipIf(process.platform !== "linux")("one whose starter never asks after it counts as ended", async () => {
		const starter = Bun.spawn(["sh", "-c", "sleep 74.5 & echo $!; exec sleep 75.5"], { stdout: "pipe" });
		const { value } = await starter.stdout.getReader().read();
		const pid = Number(new TextDecoder().decode(value));
		endProcess({ pid, name: "sleep" }, false);
		expect(await isGone(pid, 5_000, new AbortController().signal)).toBe(true);
		starter.kill();
	});
});
