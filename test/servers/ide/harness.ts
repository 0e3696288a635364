import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type Announcement,
	silentLogger,
	systemClock,
	type Tool,
	type ToolContext,
} from "../../../core/contract/index.ts";
import { createAdapters, type IdeAdapters, ideSettings } from "../../../servers/ide/adapters/index.ts";

/** An ide server of its own, with a home folder, a real repository and an editor that writes down how it was called. */
export async function startIde(settings: object = {}) {
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-ide-")));
	const repository = join(home, "projects/sample");
	await mkdir(join(home, "bin"), { recursive: true });
	await mkdir(repository, { recursive: true });
	// Bun puts a folder with itself under the name of node first on the path; projects are to meet the real one.
	const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("bun-node"));
	const env = { PATH: [join(home, "bin"), ...path].join(":"), HOME: home, LANG: "C.UTF-8" };
	const git = (...args: string[]) => {
		const { stdout, stderr, exitCode } = Bun.spawnSync(["git", ...args], { cwd: repository, env });
		if (exitCode !== 0) throw new Error(stderr.toString());
		return stdout.toString();
	};
	git("init", "--quiet", "--initial-branch=main");
	git("config", "--global", "user.name", "Test Person");
	git("config", "--global", "user.email", "test@example.org");
	await writeFile(join(repository, "readme.md"), "hello\n");
	git("add", ".");
	git("commit", "--quiet", "-m", "First");
	const announced: Announcement[] = [];
	const adapters: IdeAdapters = createAdapters({
		settings: ideSettings.parse({ repository, projects: [join(home, "projects")], ...settings }),
		dataDir: join(home, "aios-data"),
		childEnv: env,
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
		announce: (announcement) => void announced.push(announcement),
	});
	return {
		home,
		repository,
		git,
		adapters,
		/** What was said of its own accord. */
		announced,
		write: (path: string, text: string) => writeFile(join(repository, path), text),
		/** Puts a program of that name on the path of the server. */
		async program(name: string, script: string) {
			await writeFile(join(home, "bin", name), `#!/bin/sh\n${script}\n`);
			await chmod(join(home, "bin", name), 0o755);
		},
		async call<I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, IdeAdapters>,
			input: unknown,
			context: Partial<ToolContext> = {},
		) {
			const parsed = tool.input.parse(input);
			const user = { id: "u1", name: "u1", role: "user", permissions: ["*:*:*"], via: "token" as const };
			const output = tool.output.parse(
				await tool.run(parsed, adapters, {
					signal: new AbortController().signal,
					progress() {},
					user,
					session: "s",
					clock: systemClock,
					log: silentLogger,
					...context,
				}),
			);
			return { output, say: tool.say(output, parsed) };
		},
		async stop() {
			await adapters.close();
			await rm(home, { recursive: true, force: true });
		},
	};
}
