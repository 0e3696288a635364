import { Button, imageToJimp, Key, Point, providerRegistry, Region } from "@nut-tree-fork/nut-js";
import { AiosError } from "../../../../core/contract/index.ts";
import { answerQuestions, createLines } from "../../../../core/ipc/index.ts";
import { type Action, type Answer, type Area, actionSchema } from "./actions.ts";

/**
 * The process that holds nut-js: without a usable display its native part takes the whole process down, so it has one
 * of its own. Answers actions over IPC and ends with its parent.
 */

/** A window manager needs a moment to hand over the keyboard, in milliseconds. */
const focusPatienceMs = 1_500;
/** Between key down and key up, and between two clicks: programs miss what is faster. */
const settleMs = 15;
/** Each attempt to make a picture fit its limit is this much smaller. */
const shrink = 0.75;

/** PNG without opacity. */
const rgb = 2;

const keyboard = providerRegistry.getKeyboard();
const mouse = providerRegistry.getMouse();
const windows = providerRegistry.getWindow();
const screen = providerRegistry.getScreen();
keyboard.setKeyboardDelay(settleMs);
mouse.setMouseDelay(settleMs);

const buttons = { left: Button.LEFT, right: Button.RIGHT, middle: Button.MIDDLE };

async function carryOut(action: Action): Promise<Answer<Action["do"]>> {
	switch (action.do) {
		case "windows":
			return listWindows();
		case "focus":
			return focus(action.id);
		case "screen": {
			const [size, at] = await Promise.all([screen.screenSize(), mouse.currentMousePosition()]);
			return { width: size.width, height: size.height, x: at.x, y: at.y };
		}
		case "move":
			await mouse.setMousePosition(new Point(action.x, action.y));
			return position();
		case "click":
			if (action.count === 2) await mouse.doubleClick(buttons[action.button]);
			else for (let done = 0; done < action.count; done++) await mouse.click(buttons[action.button]);
			return position();
		case "press":
			return press(action.keys.map(keyOf));
		case "type":
			for (const character of action.text) await keyboard.type(character);
			return undefined;
		case "grab":
			return grab(action);
	}
}

async function listWindows(): Promise<Answer<"windows">> {
	const [handles, active] = await Promise.all([windows.getWindows(), windows.getActiveWindow().catch(() => -1)]);
	const seen = await Promise.all(
		handles.map(async (id) => {
			const [title, { left, top, width, height }] = await Promise.all([
				windows.getWindowTitle(id),
				windows.getWindowRegion(id),
			]);
			return { id, title, x: left, y: top, width, height, active: id === active };
		}),
	);
	return seen.filter(({ title, width, height }) => title !== "" && width > 0 && height > 0);
}

async function focus(id: number): Promise<number> {
	await windows.focusWindow(id);
	const until = Date.now() + focusPatienceMs;
	let active = await windows.getActiveWindow();
	while (active !== id && Date.now() < until) {
		await Bun.sleep(50);
		active = await windows.getActiveWindow();
	}
	return active;
}

async function position(): Promise<{ x: number; y: number }> {
	const { x, y } = await mouse.currentMousePosition();
	return { x, y };
}

/** Whatever happens, no key stays down. */
async function press(keys: Key[]): Promise<undefined> {
	try {
		await keyboard.pressKey(...keys);
		await Bun.sleep(settleMs);
	} finally {
		await keyboard.releaseKey(...keys);
	}
}

function keyOf(name: string): Key {
	const key: unknown = Reflect.get(Key, name);
	if (typeof key !== "number") throw new AiosError("bad_request", `There is no key ${name}.`);
	return key;
}

async function grab({ region, maxWidth, maxBytes }: Action & { do: "grab" }): Promise<Answer<"grab">> {
	const size = await screen.screenSize();
	const area = within(region ?? { x: 0, y: 0, width: size.width, height: size.height }, size);
	const image = await screen.grabScreenRegion(new Region(area.x, area.y, area.width, area.height));
	const picture = imageToJimp(image).colorType(rgb);
	// Displays say nothing useful about opacity, some that all is transparent.
	for (let alpha = 3; alpha < picture.bitmap.data.length; alpha += 4) picture.bitmap.data[alpha] = 255;
	for (let width = Math.min(maxWidth, picture.getWidth()); ; width = Math.floor(width * shrink)) {
		const fitted = width < picture.getWidth() ? picture.clone().resize(width, -1) : picture;
		const png = await fitted.getBufferAsync("image/png");
		if (png.length > maxBytes && width > 100) continue;
		return {
			png: new Uint8Array(png),
			width: fitted.getWidth(),
			height: fitted.getHeight(),
			region: area,
			scale: area.width / fitted.getWidth(),
		};
	}
}

/** The part of an area that is on the screen: asking for more takes the native part down. */
function within({ x, y, width, height }: Area, size: { width: number; height: number }): Area {
	const left = Math.max(0, x);
	const top = Math.max(0, y);
	const area = {
		x: left,
		y: top,
		width: Math.min(x + width, size.width) - left,
		height: Math.min(y + height, size.height) - top,
	};
	if (area.width > 0 && area.height > 0) return area;
	throw new AiosError("bad_request", "That region is not on the screen.", {
		fix: `The screen has ${size.width} by ${size.height} pixels.`,
	});
}

// A display that can't be opened ends this process here, before anything was promised.
await screen.screenSize();
const lines = createLines((message) => process.send?.(message));
process.on("message", (message) => lines.receive(message));
process.on("disconnect", () => process.exit(0));
answerQuestions(lines.channel("desktop"), (about) => carryOut(actionSchema.parse(about)));
