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

/** An editor's launcher hands over and exits; one that has not by then is running itself, which is as good. */
const settleMs = 5_000;

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
			// `--` would end the options, but these launchers do not all know it; a real path is absolute and so no option.
			const target = line === undefined ? [path] : ["--goto", `${path}:${line}`];
			const child = Bun.spawn([program, ...(editor.startsWith("code-server") ? [] : ["--reuse-window"]), ...target], {
				env: { ...env },
				stdin: "ignore",
				stdout: "ignore",
				stderr: "pipe",
				detached: true,
			});
			child.unref();
			const code = await Promise.race([child.exited, Bun.sleep(settleMs).then(() => 0)]);
			if (code !== 0) {
				const said = (await new Response(child.stderr).text()).trim().split("\n").at(-1) ?? "";
				throw new AiosError("upstream_failed", `${editor} failed (exit ${code})${said === "" ? "." : `: ${said}`}`, {
					spoken: "The editor did not open.",
				});
			}
			return { editor };
		},
	};
}
