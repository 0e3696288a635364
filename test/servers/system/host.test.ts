import { totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { createHost } from "../../../servers/system/adapters/host.ts";
import { listProcesses } from "../../../servers/system/tools/list-processes.ts";
import { systemInfo } from "../../../servers/system/tools/system-info.ts";
import { toolContext } from "./context.ts";

const adapters = { host: createHost() } as Parameters<typeof systemInfo.run>[1];

test("the memory told is the machine's, and the answer names it", async () => {
	const input = systemInfo.input.parse({ topic: "memory" });
	const info = await systemInfo.run(input, adapters, toolContext());
	expect(Math.abs(info.memory.total_bytes - totalmem()) / totalmem()).toBeLessThan(0.02);
	expect(info.memory.available_bytes).toBeLessThanOrEqual(info.memory.total_bytes);
	expect(systemInfo.say(info, input)).toMatch(/of .* (gigabytes|megabytes) of memory are free\.$/);
	expect(systemInfo.output.safeParse(info).success).toBe(true);
});

test("a program that was just started is in the list, and gone after it ended", async () => {
	const child = Bun.spawn(["sleep", "61.5"]);
	const find = () => listProcesses.run(listProcesses.input.parse({ name: "sleep 61.5" }), adapters, toolContext());
	try {
		expect((await find()).processes.map(({ pid }) => pid)).toContain(child.pid);
	} finally {
		child.kill();
		await child.exited;
	}
	// The library gives the list it just read to calls that follow within half a second.
	await vi.waitFor(async () => expect((await find()).processes.map(({ pid }) => pid)).not.toContain(child.pid), 5000);
});

test("pages of the list follow one another", async () => {
	const page = (offset: number) =>
		listProcesses.run(listProcesses.input.parse({ sort: "memory", limit: 2, offset }), adapters, toolContext());
	const first = await page(0);
	expect(first.processes).toHaveLength(2);
	expect(first.total).toBeGreaterThan(2);
	expect(first.processes[0]?.memory_bytes).toBeGreaterThanOrEqual(first.processes[1]?.memory_bytes ?? 0);
});

test("nothing of that name is said plainly", async () => {
	const input = listProcesses.input.parse({ name: "no-such-program-anywhere" });
	expect(listProcesses.say(await listProcesses.run(input, adapters, toolContext()), input)).toBe(
		"Nothing called no-such-program-anywhere is running.",
	);
});

test("a machine without a battery says so", async () => {
	const input = systemInfo.input.parse({ topic: "battery" });
	const { battery: _, ...info } = await systemInfo.run(input, adapters, toolContext());
	expect(systemInfo.say(info, input)).toBe("This machine has no battery.");
});

/** What the host tells where none of the system's own programs can be run. */
async function toldWithoutPrograms(expression: string): Promise<string> {
	const module = fileURLToPath(new URL("../../../servers/system/adapters/host.ts", import.meta.url));
	const script = `
		const { createHost } = await import(${JSON.stringify(module)});
		const host = createHost();
		console.log(JSON.stringify(await ${expression}));`;
	const { stdout } = Bun.spawnSync([process.execPath, "-e", script], { env: { PATH: "/nowhere" } });
	return stdout.toString();
}

test("the program that lists the processes is not told among them", async () => {
	const processes = await createHost().processes();
	expect(processes.some(({ pid }) => pid === process.pid)).toBe(true);
	expect(processes.filter(({ name, parent }) => name === "ps" && parent === process.pid)).toEqual([]);
});

test("where the program that lists processes is gone, it says so", async () => {
	const said = "host.processes().catch(({ code, fix }) => ({ code, fix }))";
	expect(JSON.parse(await toldWithoutPrograms(said))).toMatchObject({
		code: "unavailable",
		fix: expect.stringMatching(/.+/),
	});
});

test("where the disks can't be read it says so, and tells the rest", async () => {
	const info: unknown = JSON.parse(await toldWithoutPrograms("host.info()"));
	const adapters = { host: { ...createHost(), info: async () => info } } as Parameters<typeof systemInfo.run>[1];
	for (const [topic, said] of [
		["disk", /^The disks could not be read\.$/],
		[
			"all",
			/^[\d.]+ gigabytes of [\d.]+ gigabytes of memory are free, the disks could not be read, and the processor is/,
		],
	] as const) {
		const input = systemInfo.input.parse({ topic });
		const output = systemInfo.output.parse(await systemInfo.run(input, adapters, toolContext()));
		expect(systemInfo.say(output, input)).toMatch(said);
		expect(output.system).not.toContain("unknown");
	}
});
