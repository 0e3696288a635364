/** What a recorder or player needs to find the sound system, and nothing of ours. */
const needed =
	/^(PATH|HOME|USER|LANG|LC_.*|XDG_.*|PULSE_.*|ALSA_.*|PIPEWIRE_.*|DBUS_SESSION_BUS_ADDRESS|SystemRoot|TEMP|TMP|TMPDIR)$/;

/** The environment for a program that records or plays. */
export function childEnvironment(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(process.env).flatMap(([name, value]) =>
			needed.test(name) && value !== undefined ? [[name, value]] : [],
		),
	);
}
