import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findRunning, type ProcessInfo } from "../../../servers/system/adapters/index.ts";
import { closeApplication } from "../../../servers/system/tools/close-application.ts";
import { toolContext } from "./context.ts";
import { startSystem } from "./harness.ts";

describe.skipIf(process.platform !== "linux")("closing an application", () => {
	let shared: string;
	let system: Awaited<ReturnType<typeof startSystem>>;
	let started: Bun.Subprocess[] = [];

	beforeAll(async () => {
		shared = await mkdtemp(join(tmpdir(), "aios-close-"));
		await mkdir(join(shared, "applications"));
		await copyFile(Bun.which("sleep") ?? "", join(shared, "gardenpad-bin"));
		// Deaf to being asked, as a program with an open question about unsaved work is.
		await writeFile(join(shared, "stubborn"), "#!/bin/bash\ntrap '' TERM\nwhile true; do sleep 0.1; done\n");
		await chmod(join(shared, "stubborn"), 0o755);
		const entry = (name: string, exec: string) => `[Desktop Entry]\nType=Application\nName=${name}\nExec=${exec}\n`;
		await writeFile(join(shared, "applications/pad.desktop"), entry("Garden Planner", "gardenpad-bin %F"));
		await writeFile(join(shared, "applications/stubborn.desktop"), entry("Stubborn", "stubborn"));
		system = await startSystem({ XDG_DATA_HOME: shared, PATH: `${shared}:${process.env.PATH}` });
	});
	afterEach(() => {
		for (const child of started) child.kill("SIGKILL");
		started = [];
	});
	afterAll(async () => {
		await system.stop();
		await rm(shared, { recursive: true, force: true });
	});

	async function open(program: string, ...args: string[]): Promise<Bun.Subprocess> {
		const child = Bun.spawn([join(shared, program), ...args]);
		started.push(child);
		// The list of processes is kept for half a second.
		await vi.waitFor(async () => {
			const there = await system.adapters.host.processes();
			expect(there.some(({ pid, command }) => pid === child.pid && command.includes(program))).toBe(true);
		}, 5_000);
		return child;
	}

	const resolve = async (name: string) => {
		const input = closeApplication.input.parse({ name });
		return (await closeApplication.resolve?.(input, system.adapters, toolContext())) ?? input;
	};

	test("names every instance before it is done, and closes just those", async () => {
		const [one, two] = [await open("gardenpad-bin", "81.5"), await open("gardenpad-bin", "82.5")];
		const meant = await resolve("the garden planner");
		expect(meant.instances?.map(({ pid }) => pid).sort()).toEqual([one.pid, two.pid].sort());
		const asked = closeApplication.summary(meant);
		expect(asked).toMatch(/^Close Garden Planner 2 times, process \d+ and \d+$/);
		const later = await open("gardenpad-bin", "83.5");
		const { output, say } = await system.call(closeApplication, meant);
		expect(say).toBe("Garden Planner is closed.");
		expect(output.closed).toHaveLength(2);
		expect(await Promise.all([one.exited, two.exited])).not.toContain(0);
		expect(later.exitCode).toBeNull();
	});

	test("finds one the desktop does not know by its program's name", async () => {
		const child = await open("gardenpad-bin", "84.5");
		expect(await resolve("gardenpad bin")).toMatchObject({ name: "gardenpad-bin", instances: [{ pid: child.pid }] });
	});

	test("one that stays open is not said to be closed; by force it ends", async () => {
		const child = await open("stubborn");
		const meant = await resolve("stubborn");
		expect((await system.call(closeApplication, meant)).say).toBe("I asked Stubborn to close, but it is still open.");
		expect(closeApplication.summary({ ...meant, force: true })).toContain("without saving");
		expect((await system.call(closeApplication, { ...meant, force: true })).say).toBe("Stubborn is closed.");
		expect(await child.exited).not.toBe(0);
	});

	test("what is not open says so, and what was closed meanwhile too", async () => {
		await expect(resolve("the garden planner")).rejects.toThrow("Garden Planner is not running.");
		await expect(resolve("blinds")).rejects.toThrow("Nothing called blinds is running.");
		const gone = { name: "Garden Planner", instances: [{ pid: 4_000_000, name: "gardenpad-bin" }] };
		await expect(system.call(closeApplication, gone)).rejects.toMatchObject({ code: "not_found" });
	});
});

test("AIOS, what it descends from, its other servers' programs and other people's are never meant", () => {
	const one = (pid: number, parent: number, name: string, user = "me"): ProcessInfo => {
		return { pid, parent, name, user, cpuPercent: 0, memory: 0, command: `/usr/bin/${name}` };
	};
	const processes = [
		one(1, 0, "chromium"),
		one(10, 1, "bun"),
		one(11, 10, "bun"),
		one(12, 10, "bun"),
		one(13, 12, "chromium"),
		one(20, 11, "chromium"),
		one(21, 20, "chromium"),
		one(30, 1, "chromium", "someone else"),
	];
	expect(findRunning("chromium", [], processes, 11).instances.map(({ pid }) => pid)).toEqual([20]);
	expect(() => findRunning("bun", [], processes, 11)).toThrow("Nothing called bun is running.");
});
