import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDesktop } from "../../../servers/system/adapters/desktop.ts";
import { clipboardRead, clipboardWrite } from "../../../servers/system/tools/clipboard.ts";
import { startSystem } from "./harness.ts";

describe.skipIf(Bun.which("Xvfb") === null || Bun.which("xclip") === null)("the clipboard of a real display", () => {
	let system: Awaited<ReturnType<typeof startSystem>>;
	let display: Bun.Subprocess;

	beforeAll(async () => {
		const name = `:${700 + (process.pid % 200)}`;
		display = Bun.spawn(["Xvfb", name, "-screen", "0", "320x240x24"], { stdout: "ignore", stderr: "ignore" });
		system = await startSystem({ DISPLAY: name });
		for (let attempt = 0; attempt < 100; attempt++) {
			const { exitCode } = Bun.spawnSync(["xdpyinfo", "-display", name], { stdout: "ignore", stderr: "ignore" });
			if (exitCode === 0) return;
			await Bun.sleep(100);
		}
		throw new Error("Xvfb did not start");
	});
	afterAll(async () => {
		await system.stop();
		display.kill();
		await display.exited;
	});

	test("is empty at first", async () => {
		expect((await system.call(clipboardRead, {})).say).toBe("The clipboard is empty.");
	});

	test("gives back what was put there, Unicode and line breaks too", async () => {
		const text = "naïve €\nsecond line";
		await system.call(clipboardWrite, { text });
		expect((await system.call(clipboardRead, {})).output).toEqual({ text, characters: text.length });
	});
});

test("without a display the error says what to install", async () => {
	const system = await startSystem();
	await expect(system.call(clipboardRead, {})).rejects.toMatchObject({
		code: "missing_part",
		fix: expect.stringContaining("xclip"),
	});
	await system.stop();
});

describe("on other systems what is notified stays text", () => {
	const told = async (platform: NodeJS.Platform, title: string, message: string) => {
		const ran: (readonly string[])[] = [];
		const run = async (argv: readonly string[]) => {
			ran.push(argv);
			return { code: 0, stdout: "", stderr: "" };
		};
		await createDesktop({ platform, run, env: {} }).notify(title, message);
		return ran[0] ?? [];
	};

	test("Windows: no quotation mark ends the string it stands in", async () => {
		const command = (await told("win32", "AIOS", "it's \u2019; Start-Process calc; \u2018")).at(-1) ?? "";
		expect(command).toContain("'it''s \u2019\u2019; Start-Process calc; \u2018\u2018'");
	});

	test("macOS: a title that looks like an option is none", async () => {
		const argv = await told("darwin", '-edo shell script "touch hacked"', "-x");
		expect(argv.slice(3)).toEqual(["--", '-edo shell script "touch hacked"', "-x"]);
	});
});
