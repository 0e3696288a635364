import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../core/contract/index.ts";
import { watchLimits } from "../../core/limits/index.ts";

test("a program that takes more than its share of the processors is paused and goes on, again and again", {
	timeout: 60_000,
}, async (context) => {
	if (process.platform !== "linux") return context.skip("usage is looked at on Linux only");
	// It ends by itself, should the tests be killed.
	const spin = "const end = Date.now() + 60_000; while (Date.now() < end);";
	const busy = Bun.spawn([process.execPath, "-e", spin], { stdio: ["ignore", "ignore", "ignore"] });
	onTestFinished(() => busy.kill("SIGKILL"));
	const over: string[] = [];
	const unwatch = watchLimits({
		pid: () => busy.pid,
		limits: { memory_mb: 4_096, processes: 100, cpus: 0.05 },
		clock: systemClock,
		onOver: (why) => over.push(why),
	});
	// The state of a process (proc(5)): T is stopped.
	const paused = () => readFileSync(`/proc/${busy.pid}/stat`, "utf8").split(") ")[1]?.startsWith("T");
	await expect.poll(paused, { timeout: 40_000, interval: 20 }).toBe(true);
	await expect.poll(paused, { timeout: 20_000, interval: 20 }).toBe(false);
	await expect.poll(paused, { timeout: 20_000, interval: 20 }).toBe(true);
	unwatch();
	await expect.poll(paused).toBe(false);
	expect(over).toEqual([]);
});
