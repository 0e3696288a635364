import { AiosError, type Requirement } from "../../../../core/contract/index.ts";

type Env = Readonly<Record<string, string>>;

/** Whether there is a display that windows, mouse and keys can be reached on, and what it is. */
export function findDisplay(env: Env, platform: NodeJS.Platform = process.platform): Requirement {
	const name = "display";
	if (platform !== "linux") return { name, ok: true, detail: platform };
	if (env.DISPLAY !== undefined && env.DISPLAY !== "") {
		const wayland = env.WAYLAND_DISPLAY === undefined ? "" : " (Wayland: only windows that use X11 are reached)";
		return { name, ok: true, detail: `${env.DISPLAY}${wayland}` };
	}
	if (env.WAYLAND_DISPLAY !== undefined) {
		return {
			name,
			ok: false,
			detail: "Wayland lets no program work another's windows, and XWayland is not running",
			fix: "Sign in to a session on Xorg, or start XWayland.",
		};
	}
	return {
		name,
		ok: false,
		detail: "there is no display: windows, mouse, keys and screenshots can't be used",
		fix: "Start AIOS inside a desktop session.",
	};
}

/** Throws `missing_part` where there is no display: asking nut-js then would end its process. */
export function needDisplay(env: Env): void {
	const { ok, detail, fix } = findDisplay(env);
	if (!ok) throw new AiosError("missing_part", `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`, { fix });
}
