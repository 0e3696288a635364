import { AiosError, type Clock, type Logger, type Requirement } from "../../../../core/contract/index.ts";
import type { Answer, Area, DesktopWindow } from "./actions.ts";
import { chooseWindow } from "./choose-window.ts";
import { findDisplay, needDisplay } from "./display.ts";
import { createHelper } from "./helper-process.ts";
import { readKeys } from "./keys.ts";
import { typeByXdotool } from "./typing.ts";

export type { Area, DesktopWindow } from "./actions.ts";
export { readKeys } from "./keys.ts";

export interface Point {
	x: number;
	y: number;
}

/** Windows, mouse, keys and screen of this machine. Each throws `missing_part` where there is no display. */
export interface Desktop {
	windows(signal: AbortSignal): Promise<DesktopWindow[]>;
	/** The window of that title or id. Throws `not_found`, `conflict`. */
	window(wanted: string, signal: AbortSignal): Promise<DesktopWindow>;
	/** Gives the keyboard to a window. Throws `upstream_failed` where the desktop refuses. */
	focus(wanted: string, signal: AbortSignal): Promise<DesktopWindow>;
	/** Size of the screen and where the mouse is. */
	screen(signal: AbortSignal): Promise<Answer<"screen">>;
	move(to: Point, signal: AbortSignal): Promise<Point>;
	click(how: { button: "left" | "right" | "middle"; count: number }, signal: AbortSignal): Promise<Point>;
	/** Presses chords one after the other; see {@link readKeys}. */
	press(chords: readonly (readonly string[])[], signal: AbortSignal): Promise<void>;
	/** Types any text into whatever has the keyboard. */
	type(text: string, signal: AbortSignal): Promise<void>;
	/** A PNG of the screen or a region, made smaller until it has at most `maxWidth` pixels a line and `maxBytes`. */
	grab(how: { region?: Area; maxWidth: number; maxBytes: number }, signal: AbortSignal): Promise<Answer<"grab">>;
	requirement(): Requirement;
	close(): Promise<void>;
}

interface DesktopDeps {
	env: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	platform?: NodeJS.Platform;
	/** Command line of the helper process, and how long it may take over one action. */
	helper?: { command?: readonly string[]; patienceMs?: number };
}

/** Works this machine's desktop through a helper process that is started when first needed. */
export function createDesktop({ env, clock, log, helper: options, platform = process.platform }: DesktopDeps): Desktop {
	const helper = createHelper({ env, clock, log, ...options });
	const ask: typeof helper.ask = async (action, how, signal) => {
		needDisplay(env);
		return helper.ask(action, how, signal);
	};
	const windows = (signal: AbortSignal) => ask("windows", {}, signal);
	return {
		windows,
		window: async (wanted, signal) => chooseWindow(wanted, await windows(signal)),
		async focus(wanted, signal) {
			const found = chooseWindow(wanted, await windows(signal));
			const active = await ask("focus", { id: found.id }, signal);
			if (active === found.id) return { ...found, active: true };
			throw new AiosError("upstream_failed", `The desktop did not give the keyboard to ${found.title}.`, {
				fix: "A dialog may hold it: close that first.",
			});
		},
		screen: (signal) => ask("screen", {}, signal),
		move: (to, signal) => ask("move", to, signal),
		click: (how, signal) => ask("click", how, signal),
		async press(chords, signal) {
			for (const keys of chords) await ask("press", { keys: [...keys] }, signal);
		},
		async type(text, signal) {
			needDisplay(env);
			if (platform === "linux") return typeByXdotool(text, env, signal);
			await ask("type", { text }, signal);
		},
		grab: (how, signal) => ask("grab", how, signal),
		requirement: () => findDisplay(env, platform),
		close: () => helper.close(),
	};
}
