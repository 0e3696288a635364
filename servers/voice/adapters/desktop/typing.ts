import { AiosError, abortError } from "../../../../core/contract/index.ts";

/** Between two keys, in milliseconds: xdotool's own; programs lose letters that come faster. */
const keyDelayMs = 12;

/**
 * Types any text by xdotool, which maps characters the keyboard lacks (Unicode, symbols) to spare keys. The text goes in
 * on stdin, so nothing in it can be an option. Throws `missing_part`, `upstream_failed`, or why `signal` was aborted.
 */
export async function typeByXdotool(
	text: string,
	env: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<void> {
	if (Bun.which("xdotool", { PATH: env.PATH ?? "" }) === null) {
		throw new AiosError("missing_part", "The program xdotool, which types, is not installed.", {
			fix: "Install it: apt-get install xdotool",
		});
	}
	const child = Bun.spawn(["xdotool", "type", "--clearmodifiers", "--delay", String(keyDelayMs), "--file", "-"], {
		env: { ...env, ...readable(env) },
		stdin: new Blob([text]),
		stdout: "ignore",
		stderr: "pipe",
		signal,
	});
	const reason = await new Response(child.stderr).text();
	const code = await child.exited;
	if (signal.aborted) throw abortError(signal);
	if (code !== 0) throw new AiosError("upstream_failed", `xdotool could not type: ${reason.trim() || `exit ${code}`}`);
}

/** xdotool reads its input by the locale: where that is not UTF-8, accents and symbols would be refused. */
function readable(env: Readonly<Record<string, string>>): Record<string, string> {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
	return /utf-?8/i.test(locale) ? {} : { LC_ALL: "C.UTF-8" };
}
