import { basename } from "node:path";
import { AiosError } from "../../../core/contract/index.ts";

/** The editor people open files in. */
export interface Editor {
	/** The program found, by its name, or undefined. */
	found(): string | undefined;
	/** Opens a file or folder, at a line where one is given. Throws `missing_part` or `upstream_failed`. */
	open(path: string, line?: number): Promise<{ editor: string }>;
}

/** VS Code and its kin, in the order they are looked for; all take VS Code's own options. */
const kin = ["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "code-server", "code-oss"] as const;

/**
 * Milliseconds within which an editor's launcher hands over and exits; one that has not by then is running itself, which
 * is as good. code-server only ever hands over, in a Node that takes its time to start on a busy machine.
 */
const settleMs = (editor: string) => (isServer(editor) ? 30_000 : 5_000);

const isServer = (editor: string) => basename(editor).startsWith("code-server");

interface Deps {
	env: Readonly<Record<string, string>>;
	/** The command of the settings, before all others. */
	command: string | undefined;
}

/** Finds the editor each time it is needed, so that one installed meanwhile is used. */
export function createEditor({ env, command }: Deps): Editor {
	const which = (name: string) => Bun.which(name, { PATH: env.PATH ?? "" });
	const find = () => [...(command === undefined ? [] : [command]), ...kin].find((name) => which(name) !== null);
	return {
		found: find,
		async open(path, line) {
			const editor = find();
			const program = editor === undefined ? null : which(editor);
			if (editor === undefined || program === null) {
				throw new AiosError("missing_part", "VS Code is not installed, nor one of its kin.", {
					spoken: "I found no VS Code on this machine.",
					fix: `Install VS Code with its command "code" on the path, or set servers.ide.editor. Looked for: ${kin.join(", ")}.`,
				});
			}
			const child = Bun.spawn([program, ...argumentsOf(editor, path, line)], {
				env: { ...env },
				stdin: "ignore",
				stdout: "ignore",
				stderr: "pipe",
				detached: true,
			});
			child.unref();
			const code = await Promise.race([child.exited, Bun.sleep(settleMs(editor)).then(() => 0)]);
			if (code !== 0) throw explain(editor, code, (await new Response(child.stderr).text()).trim());
			return { editor };
		},
	};
}

/**
 * `--` would end the options, but these launchers do not all know it; a real path is absolute and so no option.
 * code-server takes FILE:LINE without `--goto`, and without `--reuse-window` would start another server.
 */
function argumentsOf(editor: string, path: string, line: number | undefined): string[] {
	const at = line === undefined ? path : `${path}:${line}`;
	return ["--reuse-window", ...(line === undefined || isServer(editor) ? [] : ["--goto"]), at];
}

function explain(editor: string, code: number, stderr: string): AiosError {
	if (/No opened code-server instances/.test(stderr)) {
		return new AiosError("unavailable", "No window of code-server is open that could show it.", {
			spoken: "No editor window is open.",
			fix: "Start code-server, open its page in a browser, and try again.",
		});
	}
	const said = stderr.split("\n").at(-1) ?? "";
	return new AiosError("upstream_failed", `${editor} failed (exit ${code})${said === "" ? "." : `: ${said}`}`, {
		spoken: "The editor did not open.",
	});
}
