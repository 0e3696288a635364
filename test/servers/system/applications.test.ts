import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolders } from "../../../core/files/index.ts";
import type { Application } from "../../../servers/system/adapters/applications/application.ts";
import { expandExec, parseDesktopEntry } from "../../../servers/system/adapters/applications/desktop-entry.ts";
import { createApplications } from "../../../servers/system/adapters/applications/index.ts";
import { resolveApplication } from "../../../servers/system/adapters/applications/resolve.ts";
import { createRun } from "../../../servers/system/adapters/run.ts";
import { launchApplication } from "../../../servers/system/tools/launch-application.ts";
import { toolContext } from "./context.ts";

const path = process.env.PATH ?? "";

describe("desktop entries", () => {
	test("field codes are filled and arguments never become shell words", () => {
		expect(expandExec('"/opt/my app/run" --name %c %U', ["a b", "$(reboot)"], "My App")).toEqual([
			"/opt/my app/run",
			"--name",
			"My App",
			"a b",
			"$(reboot)",
		]);
	});

	test("one file goes to %f, all go to %F, and 100%% is a percent sign", () => {
		expect(expandExec("view %f", ["a", "b"], "V")).toEqual(["view", "a"]);
		expect(expandExec("view %F", ["a", "b"], "V")).toEqual(["view", "a", "b"]);
		expect(expandExec("zoom 100%% %u", [], "Z")).toEqual(["zoom", "100%"]);
	});

	test("hidden entries and things that are no applications are left out", () => {
		expect(parseDesktopEntry("[Desktop Entry]\nType=Application\nName=A\nExec=a\nNoDisplay=true", [])).toBeUndefined();
		expect(parseDesktopEntry("[Desktop Entry]\nType=Link\nName=A\nURL=x", [])).toBeUndefined();
	});

	test("the person's language comes first, the original name stays an alias", () => {
		const entry = parseDesktopEntry(
			"[Desktop Entry]\nType=Application\nName=Files\nName[de]=Dateien\nExec=nautilus\n[Desktop Action new]\nName=Other",
			["de_AT", "de"],
		);
		expect(entry).toMatchObject({ name: "Dateien", aliases: ["Files"] });
	});
});

describe("the name a person says", () => {
	const named = (name: string, ...aliases: string[]): Application => ({
		id: name,
		name,
		aliases,
		launch: async () => ({}),
		opens: false,
		runs: () => false,
	});
	const installed = [
		named("Chromium Web Browser", "Web Browser", "chromium"),
		named("LibreOffice Writer", "Word Processor"),
		named("LibreOffice Calc", "Spreadsheet"),
		named("Terminal"),
	];

	test.each([
		["chromium", "Chromium Web Browser"],
		["the web browser", "Chromium Web Browser"],
		["chrome ium", "Chromium Web Browser"],
		["terminal app", "Terminal"],
		["libre office calc", "LibreOffice Calc"],
		["spreadsheet", "LibreOffice Calc"],
	])("%s opens %s", (spoken, name) => {
		expect(resolveApplication(spoken, installed).name).toBe(name);
	});

	test("two that fit equally are offered, not guessed between", () => {
		expect(() => resolveApplication("libreoffice", installed)).toThrow(/LibreOffice Writer or LibreOffice Calc/);
	});

	test("a name nothing answers to is refused", () => {
		expect(() => resolveApplication("photoshop", installed)).toThrow(/No application called "photoshop"/);
	});
});

describe.skipIf(Bun.which("Xvfb") === null || Bun.which("xterm") === null)("with a real display", () => {
	let home: string;
	let display: Bun.Subprocess<"ignore", "ignore", "ignore">;
	let env: Record<string, string>;
	const started: number[] = [];

	beforeAll(async () => {
		home = await mkdtemp(join(tmpdir(), "aios-apps-"));
		await mkdir(join(home, "applications"));
		const entry = (name: string, exec: string) => `[Desktop Entry]\nType=Application\nName=${name}\nExec=${exec}\n`;
		await writeFile(join(home, "applications/notepad.desktop"), entry("Little Notepad", "xterm -T LittleNotepad %F"));
		await writeFile(join(home, "applications/broken.desktop"), entry("Broken Thing", "xterm -no-such-option x"));
		const number = 200 + (process.pid % 500);
		display = Bun.spawn(["Xvfb", `:${number}`, "-screen", "0", "640x480x24"], {
			stdin: "ignore",
			stdout: "ignore",
			stderr: "ignore",
		});
		env = { PATH: path, HOME: home, DISPLAY: `:${number}`, XDG_DATA_HOME: home, XDG_DATA_DIRS: home };
		for (let attempt = 0; attempt < 100; attempt++) {
			if ((await createRun(env)(["xwininfo", "-root"])).code === 0) return;
			await Bun.sleep(100);
		}
		throw new Error("Xvfb did not start");
	});

	afterAll(async () => {
		for (const pid of started) process.kill(pid);
		display.kill();
		await display.exited;
		await rm(home, { recursive: true, force: true });
	});

	const launch = (name: string, overrides: Record<string, string | undefined> = {}, args: string[] = []) => {
		const merged = Object.entries({ ...env, ...overrides }).filter(
			(pair): pair is [string, string] => pair[1] !== undefined,
		);
		const own = Object.fromEntries(merged);
		const applications = createApplications({ platform: "linux", env: own, run: createRun(own) });
		const folders = createFolders({ allowed: [home], denied: [], home });
		const adapters = { applications, folders } as Parameters<typeof launchApplication.run>[1];
		return launchApplication.run(launchApplication.input.parse({ name, arguments: args }), adapters, toolContext());
	};

	test("its window opens", async () => {
		const { pid, name } = await launch("little notepad");
		expect(name).toBe("Little Notepad");
		if (pid !== undefined) started.push(pid);
		let windows = "";
		for (let attempt = 0; attempt < 50 && !windows.includes("LittleNotepad"); attempt++) {
			await Bun.sleep(100);
			windows = (await createRun(env)(["xwininfo", "-root", "-tree"])).stdout;
		}
		expect(windows).toContain("LittleNotepad");
	});

	test("it opens files and addresses, and takes no option: that could be a program to run", async () => {
		await expect(launch("little notepad", {}, ["-e", "touch leak"])).rejects.toMatchObject({ code: "bad_request" });
		await expect(launch("little notepad", {}, ["/etc/hostname"])).rejects.toMatchObject({ code: "forbidden" });
		await expect(launch("broken thing", {}, ["https://example.org"])).rejects.toMatchObject({ code: "bad_request" });
	});

	test("one that stops at once is reported as not started, with what it said", async () => {
		await expect(launch("broken thing")).rejects.toMatchObject({
			code: "upstream_failed",
			spoken: "Broken Thing did not start.",
		});
	});

	test("without a display the error says so", async () => {
		await expect(launch("little notepad", { DISPLAY: undefined })).rejects.toMatchObject({ code: "missing_part" });
	});
});
