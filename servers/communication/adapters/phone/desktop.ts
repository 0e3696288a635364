import { AiosError } from "../../../../core/contract/index.ts";
import type { PhoneProvider } from "./provider.ts";

/** How each platform opens a link with the program that is registered for it. None of them is a shell. */
const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
	linux: ["xdg-open"],
	darwin: ["open"],
	win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

const openMs = 10_000;

/** Whether a program is registered for phone links; yes where that can't be asked, since opening one then tells. */
function hasPhoneProgram(env: Readonly<Record<string, string>>): boolean {
	const query = Bun.which("xdg-mime", { PATH: env.PATH ?? "" });
	if (query === null) return true;
	const asked = Bun.spawnSync([query, "query", "default", "x-scheme-handler/tel"], { env: { ...env }, timeout: 5_000 });
	return asked.exitCode !== 0 || asked.stdout.toString().trim() !== "";
}

/** Hands tel: and sms: links (RFC 3966, RFC 5724) to the desktop's own phone link. The person finishes there. */
export function createDesktopPhone(deps: {
	env: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
}): PhoneProvider & { opener(): string | undefined } {
	const { env, platform } = deps;
	const command = openers[platform] ?? [];

	function opener(): string | undefined {
		const [program] = command;
		if (program === undefined) return undefined;
		if (platform === "linux" && env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined) return undefined;
		const found = Bun.which(program, { PATH: env.PATH ?? "" }) ?? undefined;
		return found !== undefined && platform === "linux" && !hasPhoneProgram(env) ? undefined : found;
	}

	async function open(link: string, signal: AbortSignal) {
		const program = opener();
		if (program === undefined) {
			throw new AiosError("missing_part", "This desktop has no program that opens phone links.", {
				fix: "Connect Twilio with connect_phone.",
			});
		}
		const child = Bun.spawn([program, ...command.slice(1), link], {
			env: { ...env },
			stdin: "ignore",
			stdout: "ignore",
			stderr: "ignore",
			signal,
			timeout: openMs,
		});
		const code = await child.exited;
		if (code !== 0) {
			throw new AiosError("upstream_failed", "The desktop could not open the phone link.", {
				spoken: "The desktop has no program for calls and messages.",
				fix: "Link your phone to the desktop (KDE Connect, Phone Link, FaceTime), or connect Twilio.",
			});
		}
		return { provider: "desktop", status: "handed over" };
	}

	return {
		opener,
		call: (number, signal) => open(`tel:${number}`, signal),
		sms: (number, text, signal) => open(`sms:${number}?body=${encodeURIComponent(text)}`, signal),
	};
}
