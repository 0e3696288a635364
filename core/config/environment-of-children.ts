import type { Env } from "./data-dir.ts";

/** What programs need of the environment: where things are, who the person is, the language, the display, the network's proxy. */
const passed =
	/^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|PULSE_\w+|ALSA_\w+|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(\(X86\))?|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH)$/i;

/** The environment of child processes: what they need, and none of the assistant's settings or anyone's secrets. */
export function childEnvironment(env: Env = process.env): Record<string, string> {
	return Object.fromEntries(
		Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passed.test(entry[0])),
	);
}
