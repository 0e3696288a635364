import { AiosError, type Requirement } from "../../../core/contract/index.ts";
import { feed, mustRun, type Run } from "./run.ts";

/** The clipboard and the notifications of the person's desktop. */
export interface Desktop {
	readClipboard(): Promise<string>;
	writeClipboard(text: string): Promise<void>;
	notify(title: string, message: string): Promise<void>;
	/** Whether both are there. */
	requirements(): Requirement[];
}

interface Deps {
	platform: NodeJS.Platform;
	run: Run;
	env: Readonly<Record<string, string>>;
}

interface Clipboard {
	program: string;
	read: string[];
	write: string[];
}

const clipboardFix = "Install wl-clipboard (Wayland) or xclip (X11), inside a desktop session.";

/** Acts through the desktop's own programs; each call throws `missing_part` where there is none. */
export function createDesktop({ platform, run, env }: Deps): Desktop {
	const has = (program: string) => Bun.which(program, { PATH: env.PATH ?? "" }) !== null;
	const findClipboard = () => clipboards(platform, env).find(({ program }) => has(program));
	const clipboard = (): Clipboard => {
		const found = findClipboard();
		if (found === undefined) {
			throw new AiosError(
				"missing_part",
				"The clipboard can't be reached: no program for it is installed, or there is no display.",
				{
					spoken: "I can't reach the clipboard.",
					fix: clipboardFix,
				},
			);
		}
		return found;
	};
	return {
		readClipboard: async () => {
			const { code, stdout, stderr } = await run(clipboard().read);
			// An empty X or Wayland clipboard is reported as an error by its programs.
			if (code !== 0 && /empty|nothing is copied|no selection|not available|no suitable type/i.test(stderr)) return "";
			if (code !== 0)
				throw new AiosError("upstream_failed", `The clipboard could not be read: ${stderr.trim()}`, {
					fix: "Copy the text again, then try again.",
				});
			return stdout;
		},
		writeClipboard: async (text) => {
			await feed(env, clipboard().write, text);
		},
		notify: async (title, message) => {
			await mustRun(run, notification(platform, title, message));
		},
		requirements() {
			const found = findClipboard();
			const [program = ""] = notification(platform, "", "");
			return [
				found === undefined
					? { name: "clipboard", ok: false, detail: "no program for it, or no display", fix: clipboardFix }
					: { name: "clipboard", ok: true, detail: found.program },
				has(program)
					? { name: "notifications", ok: true, detail: program }
					: {
							name: "notifications",
							ok: false,
							detail: `${program} is not installed`,
							fix: `Install ${program} (Debian and Ubuntu: the package libnotify-bin).`,
						},
			];
		},
	};
}

function clipboards(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): Clipboard[] {
	if (platform === "darwin") return [{ program: "pbpaste", read: ["pbpaste"], write: ["pbcopy"] }];
	if (platform === "win32") {
		// Without this both ends would speak the console's old code page, which has few letters.
		const utf8 = "[Console]::InputEncoding = [Console]::OutputEncoding = [Text.UTF8Encoding]::new($false); ";
		const powershell = (command: string) => ["powershell", "-NoProfile", "-NonInteractive", "-Command", utf8 + command];
		return [
			{
				program: "powershell",
				read: powershell("Get-Clipboard -Raw"),
				write: powershell("Set-Clipboard -Value ([Console]::In.ReadToEnd())"),
			},
		];
	}
	const wayland = { program: "wl-copy", read: ["wl-paste", "--no-newline"], write: ["wl-copy"] };
	const x11 = [
		{ program: "xclip", read: ["xclip", "-selection", "clipboard", "-o"], write: ["xclip", "-selection", "clipboard"] },
		{ program: "xsel", read: ["xsel", "--clipboard", "--output"], write: ["xsel", "--clipboard", "--input"] },
	];
	return [...(env.WAYLAND_DISPLAY === undefined ? [] : [wayland]), ...(env.DISPLAY === undefined ? [] : x11)];
}

function notification(platform: NodeJS.Platform, title: string, message: string): string[] {
	if (platform === "darwin") {
		const script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run";
		return ["osascript", "-e", script, "--", title, message];
	}
	if (platform === "win32") {
		// PowerShell ends such a string at the curly quotation marks too.
		const quote = (text: string) => `'${text.replaceAll(/['\u2018-\u201b]/g, "$&$&")}'`;
		return [
			"powershell",
			"-NoProfile",
			"-NonInteractive",
			"-Command",
			`Add-Type -AssemblyName System.Windows.Forms; $n = New-Object System.Windows.Forms.NotifyIcon; $n.Icon = [System.Drawing.SystemIcons]::Information; $n.Visible = $true; $n.ShowBalloonTip(10000, ${quote(title)}, ${quote(message)}, 'Info'); Start-Sleep 1`,
		];
	}
	return ["notify-send", "--app-name=AIOS", "--", title, message];
}
