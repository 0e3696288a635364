import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { silentLogger, systemClock, type Tool } from "../../../core/contract/index.ts";
import { createDesktop } from "../../../servers/voice/adapters/desktop/index.ts";
import { pressKeys, typeText } from "../../../servers/voice/tools/keyboard.ts";
import { listVoices } from "../../../servers/voice/tools/list-voices.ts";
import { clickMouse, moveMouse } from "../../../servers/voice/tools/mouse.ts";
import { takeScreenshot } from "../../../servers/voice/tools/take-screenshot.ts";
import { focusWindow, listWindows } from "../../../servers/voice/tools/windows.ts";
import { startDisplay } from "./display.ts";
import { startVoice } from "./harness.ts";

const needed = ["Xvfb", "xterm", "xdotool"];
const missing = needed.filter((program) => Bun.which(program) === null);
const signal = new AbortController().signal;

describe.skipIf(missing.length > 0)("on a real display", () => {
	let display: Awaited<ReturnType<typeof startDisplay>>;
	let voice: Awaited<ReturnType<typeof startVoice>>;
	let notes: Awaited<ReturnType<typeof display.terminal>>;
	let other: Awaited<ReturnType<typeof display.terminal>>;

	beforeAll(async () => {
		display = await startDisplay();
		voice = await startVoice({ env: display.env });
		notes = await display.terminal("Shopping Notes", { at: "+20+30", background: "rgb:20/40/80" });
		other = await display.terminal("Other Terminal", { at: "+560+300" });
	});
	afterAll(async () => {
		await voice.stop();
		await display.stop();
	});

	const focused = () => Number(display.run(["xdotool", "getwindowfocus"]));
	/** Colour of a point of a PNG, and the picture's size. */
	const pixel = (png: string, x: number, y: number) => {
		const { width, height, data } = PNG.sync.read(Buffer.from(png, "base64"));
		const at = (y * width + x) * 4;
		return `${data.toString("hex", at, at + 3)} ${width} ${height}`;
	};

	test("the open windows are listed with title, place and size, and said", async () => {
		const { output, say } = await voice.call(listWindows, {});
		const found = output.windows.find(({ title }) => title === "Shopping Notes");
		expect(found).toMatchObject({ id: notes.id, x: 20, y: 30 });
		expect(found?.width).toBeGreaterThan(300);
		expect(say).toContain("2 windows are open");
		expect(say).toContain("Shopping Notes");
	});

	test("a window named by a part of its title gets the keyboard", async () => {
		const { say } = await voice.call(focusWindow, { window: "other" });
		expect(focused()).toBe(other.id);
		expect(say).toBe("Other Terminal is in front.");
		await voice.call(focusWindow, { window: "the shoping nodes window" });
		expect(focused()).toBe(notes.id);
		expect((await voice.call(listWindows, {})).output.windows.find(({ active }) => active)?.id).toBe(notes.id);
	});

	test("a window that is not there is not found, and the ones there are named", async () => {
		await expect(voice.call(focusWindow, { window: "spreadsheet" })).rejects.toMatchObject({
			code: "not_found",
			fix: expect.stringContaining("Shopping Notes"),
		});
	});

	test("a title that fits two windows is asked about", async () => {
		const extra = await display.terminal("Other Thing", { at: "+560+10" });
		await expect(voice.call(focusWindow, { window: "other" })).rejects.toMatchObject({ code: "conflict" });
		await voice.call(focusWindow, { window: String(extra.id) });
		expect(focused()).toBe(extra.id);
		await voice.call(pressKeys, { keys: "ctrl+d" });
		await vi.waitFor(() => expect(display.run(["xdotool", "search", "--name", "^Other Thing$"])).toBe(""), 5_000);
	});

	test("typed text arrives in the window, with symbols, accents, other scripts and emoji", async () => {
		const text = 'Grüße & "naïve" {x}|~\\ $(id) `ls` €5\n--help Ωmega 日本 😀\n';
		const { output } = await voice.call(typeText, { text, window: "Shopping Notes" });
		expect(output).toEqual({ characters: [...text].length, window: "Shopping Notes" });
		await vi.waitFor(async () => expect(await notes.typed()).toBe(text), 5_000);
	});

	test("keys pressed do what they do there: backspace takes a letter back, enter ends the line", async () => {
		await voice.call(focusWindow, { window: "Other Terminal" });
		await voice.call(typeText, { text: "abcd" });
		const { output } = await voice.call(pressKeys, { keys: "back space, then shift+x enter" });
		expect(output.pressed).toEqual(["Backspace", "LeftShift+X", "Return"]);
		await vi.waitFor(async () => expect(await other.typed()).toBe("abcX\n"), 5_000);
	});

	test("the mouse goes where it is sent, and by how much it is told", async () => {
		await voice.call(moveMouse, { x: 300, y: 200 });
		expect(display.run(["xdotool", "getmouselocation"])).toContain("x:300 y:200");
		const { output, say } = await voice.call(moveMouse, { x: -100, y: 25, relative: true });
		expect(output).toEqual({ x: 200, y: 225 });
		expect(say).toBe("The mouse is at 200, 225.");
		expect(display.run(["xdotool", "getmouselocation"])).toContain("x:200 y:225");
	});

	test("a point outside the screen is refused", async () => {
		await expect(voice.call(moveMouse, { x: 5_000, y: 10 })).rejects.toMatchObject({
			code: "bad_request",
			fix: expect.stringContaining("1000 by 700"),
		});
		await expect(voice.call(clickMouse, { x: 10 })).rejects.toMatchObject({ code: "bad_request" });
	});

	test("a double click selects the word below, and a middle click pastes it", async () => {
		await voice.call(focusWindow, { window: "Other Terminal" });
		await voice.call(typeText, { text: "clickedword" });
		const { windows } = (await voice.call(listWindows, {})).output;
		const window = windows.find(({ id }) => id === other.id);
		if (window === undefined) throw new Error("the window is gone");
		// Its second line, the first letters: the first holds what was typed before.
		await vi.waitFor(async () => {
			const { output, say } = await voice.call(clickMouse, { x: window.x + 12, y: window.y + 21, count: 2 });
			expect(output).toMatchObject({ button: "left", count: 2 });
			expect(say).toBe("Clicked.");
			expect(display.run(["timeout", "2", "xclip", "-selection", "primary", "-o"])).toBe("clickedword");
		}, 10_000);
		await voice.call(clickMouse, { button: "middle" });
		await voice.call(pressKeys, { keys: "enter" });
		await vi.waitFor(async () => expect(await other.typed()).toContain("clickedwordclickedword\n"), 5_000);
	});

	test("a screenshot shows what is on the screen, point by point", async () => {
		const { output, attachments } = await voice.call(takeScreenshot, {});
		expect(output).toMatchObject({ width: 1000, height: 700, x: 0, y: 0, scale: 1 });
		expect(attachments).toMatchObject([{ mimeType: "image/png" }]);
		const { windows } = (await voice.call(listWindows, {})).output;
		const window = windows.find(({ id }) => id === notes.id);
		if (window === undefined) throw new Error("the window is gone");
		const inside = [window.x + window.width - 8, window.y + window.height - 8] as const;
		expect(pixel(output.png ?? "", ...inside)).toBe("204080 1000 700");
		expect(pixel(output.png ?? "", 990, 10)).toBe("000000 1000 700");
	});

	test("a screenshot of one window or region shows that and nothing else", async () => {
		const { output, say } = await voice.call(takeScreenshot, { window: "shopping notes" });
		expect(output).toMatchObject({ x: 20, y: 30, scale: 1 });
		expect(pixel(output.png ?? "", output.width - 8, output.height - 8)).toContain("204080");
		expect(say).toBe("The screenshot of Shopping Notes is on the page.");
		const part = await voice.call(takeScreenshot, { region: { x: 900, y: 600, width: 500, height: 500 } });
		expect(part.output).toMatchObject({ x: 900, y: 600, width: 100, height: 100 });
	});

	test("a screenshot made smaller says by how much", async () => {
		const { output } = await voice.call(takeScreenshot, { max_width: 250 });
		expect(output).toMatchObject({ width: 250, height: 175, scale: 4 });
	});

	test("a screenshot for a file is whole, and stays below the allowed folders", async () => {
		await mkdir(join(voice.home, "pictures"));
		const { output } = await voice.call(takeScreenshot, { path: "pictures/now.png", max_width: 100 });
		expect(output).toMatchObject({ width: 1000, path: join(voice.home, "pictures", "now.png") });
		expect((await readFile(output.path ?? "")).subarray(1, 4).toString()).toBe("PNG");
		await expect(voice.call(takeScreenshot, { path: "../../etc/now.png" })).rejects.toMatchObject({
			code: "forbidden",
		});
		await expect(
			voice.call(takeScreenshot, { region: { x: 5_000, y: 0, width: 10, height: 10 } }),
		).rejects.toMatchObject({ code: "bad_request" });
	});

	test("typing stops when the caller gives up", async () => {
		await voice.call(focusWindow, { window: "Other Terminal" });
		const stop = new AbortController();
		const typing = voice.call(typeText, { text: "z".repeat(2_000) }, { signal: stop.signal });
		setTimeout(() => stop.abort(), 500);
		await expect(typing).rejects.toMatchObject({ code: "cancelled" });
		await voice.call(pressKeys, { keys: "enter" });
		await vi.waitFor(async () => expect(await other.typed()).toMatch(/z\n$/), 5_000);
		expect((await other.typed()).length).toBeLessThan(1_500);
	});

	test("a helper that is killed costs one call, and the next one works", async () => {
		const pids = () => display.run(["pgrep", "-P", String(process.pid), "-f", "desktop/helper.ts"]).split("\n");
		await voice.call(listWindows, {});
		const killed = pids();
		expect(killed[0]).toMatch(/^\d+$/);
		for (const pid of killed) process.kill(Number(pid), "SIGKILL");
		await voice.call(listWindows, {}).catch((error) => expect(error).toMatchObject({ code: "unavailable" }));
		expect((await voice.call(listWindows, {})).output.windows.length).toBe(2);
	});

	test("a helper that hangs is given up, and the next call has a new one", async () => {
		const desktop = createDesktop({
			env: display.env,
			clock: systemClock,
			log: silentLogger,
			helper: { command: ["sleep", "60"], patienceMs: 200 },
		});
		await expect(desktop.windows(signal)).rejects.toMatchObject({ code: "timeout" });
		await expect(desktop.windows(signal)).rejects.toMatchObject({ code: "timeout" });
		await desktop.close();
	});

	test("without xdotool typing says what to install", async () => {
		const poor = await startVoice({ env: { DISPLAY: display.name, PATH: "/nowhere" } });
		await expect(poor.call(typeText, { text: "hello" })).rejects.toMatchObject({
			code: "missing_part",
			fix: expect.stringContaining("xdotool"),
		});
		await poor.stop();
	});
});

describe("without a display", () => {
	test.each([
		["take_screenshot", takeScreenshot, {}],
		["list_windows", listWindows, {}],
		["focus_window", focusWindow, { window: "notes" }],
		["move_mouse", moveMouse, { x: 1, y: 1 }],
		["click_mouse", clickMouse, {}],
		["type_text", typeText, { text: "hello" }],
		["press_keys", pressKeys, { keys: "enter" }],
	] as const)("%s says that there is none", async (_name, tool, input) => {
		const voice = await startVoice();
		await expect(voice.call(tool as Tool, input)).rejects.toMatchObject({
			code: "missing_part",
			fix: expect.any(String),
		});
		await voice.stop();
	});

	test("a display that can't be opened is an error, and the server lives", async () => {
		const voice = await startVoice({ env: { DISPLAY: ":64999" } });
		await expect(voice.call(listWindows, {})).rejects.toMatchObject({
			code: "missing_part",
			message: "The display :64999 can't be used.",
		});
		await expect(voice.call(takeScreenshot, {})).rejects.toMatchObject({ code: "missing_part" });
		await voice.stop();
	});

	test("on Wayland alone the error says why", async () => {
		const voice = await startVoice({ env: { WAYLAND_DISPLAY: "wayland-0" } });
		await expect(voice.call(listWindows, {})).rejects.toMatchObject({ message: expect.stringContaining("Wayland") });
		await voice.stop();
	});
});

test.each([
	["no key at all", pressKeys, { keys: "control banana" }],
	["an empty name", focusWindow, { window: " " }],
	["a field that is not there", listWindows, { all: true }],
	["a language that is a number", listVoices, { language: 5 }],
	["nothing to type", typeText, { text: "" }],
	["a fraction of a pixel", moveMouse, { x: 1.5, y: 2 }],
	["a hundred clicks", clickMouse, { count: 100 }],
	["a picture of a pixel", takeScreenshot, { max_width: 1 }],
	["a window and a region at once", takeScreenshot, { window: "a", region: { x: 0, y: 0, width: 1, height: 1 } }],
] as const)("%s is refused", async (_name, tool, input) => {
	const voice = await startVoice({ env: { DISPLAY: ":64999" } });
	await expect(voice.call(tool as Tool, input)).rejects.toThrow();
	await voice.stop();
});
