import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";

/** The Python found on this machine. */
export interface Interpreter {
	executable: string;
	/** Folder its standard library lives below. */
	prefix: string;
	version: string;
}

const answer = z.object({ executable: z.string().min(1), prefix: z.string().min(1), version: z.string() });

const question =
	"import json,sys;print(json.dumps({'executable':sys.executable,'prefix':sys.base_prefix,'version':sys.version.split()[0]}))";

/**
 * Asks the configured Python, or the first on the path, what it is; a version manager's stand-in names the real one.
 * Throws `missing_part` where there is none, or only one older than 3.9.
 */
export async function findInterpreter(
	configured: string | undefined,
	env: Readonly<Record<string, string>>,
): Promise<Interpreter> {
	for (const name of configured === undefined ? ["python3", "python", "py"] : [configured]) {
		const path = Bun.which(name, { PATH: env.PATH ?? "" });
		if (path === null) continue;
		const child = Bun.spawn([path, "-c", question], {
			env: { ...env },
			stdout: "pipe",
			stderr: "ignore",
			timeout: 10_000,
		});
		const text = await new Response(child.stdout).text();
		if ((await child.exited) !== 0) continue;
		const found = answer.parse(JSON.parse(text));
		const [major = 0, minor = 0] = found.version.split(".").map(Number);
		if (major === 3 && minor >= 9) return found;
	}
	throw new AiosError(
		"missing_part",
		configured === undefined ? "Python 3.9 or newer is not installed." : `${configured} is not a Python 3.9 or newer.`,
		{
			fix: "Install Python 3 and its venv module, then start AIOS again.",
		},
	);
}
