import { connect } from "node:net";
import { isAbsolute, join } from "node:path";
import type { Finding } from "./finding.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const lost = "The tools that see and move windows, the mouse and the keyboard do not work.";
const fix = "Start AIOS within a desktop session; on a machine without one: xvfb-run npm start";

/** Whether there is a screen for windows, the mouse and the keyboard, by connecting to it. */
export async function lookAtDisplay(env: Environment, platform: NodeJS.Platform = process.platform): Promise<Finding> {
	const base = { part: "display", essential: false };
	if (platform !== "linux") return { ...base, ok: true, what: "The system's own display is used." };
	const sockets = socketsOf(env);
	if (sockets.length === 0)
		return { ...base, ok: false, what: `Neither DISPLAY nor WAYLAND_DISPLAY is set. ${lost}`, fix };
	for (const { name, target } of sockets) {
		if (await answers(target)) return { ...base, ok: true, what: `The display ${name} answers.` };
	}
	return {
		...base,
		ok: false,
		what: `The display ${sockets.map(({ name }) => name).join(", ")} does not answer. ${lost}`,
		fix,
	};
}

type Target = { path: string } | { host: string; port: number };

function socketsOf(env: Environment): { name: string; target: Target }[] {
	const sockets: { name: string; target: Target }[] = [];
	// `:0.0` is a socket of this machine, `host:0` port 6000 of another one (X(7), "Display names").
	const [, host, number] = /^(.*):(\d+)(?:\.\d+)?$/.exec(env.DISPLAY ?? "") ?? [];
	if (host !== undefined && number !== undefined) {
		const local = host === "" || host === "unix";
		const target = local ? { path: `/tmp/.X11-unix/X${number}` } : { host, port: 6_000 + Number(number) };
		sockets.push({ name: env.DISPLAY ?? "", target });
	}
	const wayland = env.WAYLAND_DISPLAY;
	if (wayland) {
		const path = isAbsolute(wayland) ? wayland : join(env.XDG_RUNTIME_DIR ?? "/run", wayland);
		sockets.push({ name: wayland, target: { path } });
	}
	return sockets;
}

function answers(target: Target): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(target);
		const end = (is: boolean) => {
			socket.destroy();
			resolve(is);
		};
		socket.setTimeout(2_000, () => end(false));
		socket.once("connect", () => end(true));
		socket.once("error", () => end(false));
	});
}
