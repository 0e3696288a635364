import { z } from "zod";
import type { Requirement, ServerDeps } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createWorks, type Works } from "../../../core/work/index.ts";
import { createEditor, type Editor } from "./editor.ts";
import { createRepositories, type Repositories } from "./repositories.ts";
import type { TestSummary } from "./test-summary.ts";

export { parseDiagnostics } from "./diagnostics.ts";
export { execute } from "./execute.ts";
export { guardArguments, guardPaths } from "./guard.ts";
export { inspectProject } from "./project.ts";
export { summariseTests } from "./test-summary.ts";

/** Settings of the ide server. */
export const ideSettings = z.strictObject({
	/** Command of the editor, where it is none of VS Code's kin on the path. */
	editor: z.string().min(1).optional(),
	/** The repository meant when none is named. */
	repository: z.string().min(1).optional(),
	/** Folders in which projects lie, so that they can be named without a path. */
	projects: z.array(z.string().min(1)).default([]),
});

/** What a run of a project's tests came to. */
export interface TestRun {
	runner: string;
	code: number | null;
	summary: TestSummary | undefined;
	output: string;
}

/** How many test runs one person may have under way. */
const testsAtOnce = 4;

/** What the ide server touches. */
export interface IdeAdapters {
	editor: Editor;
	repositories: Repositories;
	/** Test runs under way, each named by its repository. */
	tests: Works<TestRun>;
	folders: Folders;
	env: Readonly<Record<string, string>>;
	close(): void;
}

/** Makes the adapters; nothing is started. */
export function createAdapters({
	settings,
	childEnv: env,
	folders: access,
}: ServerDeps<z.output<typeof ideSettings>>): IdeAdapters {
	const folders = createFolders(access);
	const tests = createWorks<TestRun>({ letter: "t", noun: "test run", atOnce: testsAtOnce });
	return {
		editor: createEditor({ env, command: settings.editor }),
		repositories: createRepositories({ folders, env, usual: settings.repository, projects: settings.projects }),
		tests,
		folders,
		env,
		close: tests.close,
	};
}

/** Whether git and an editor are there. */
export async function findRequirements({ editor, env }: IdeAdapters): Promise<Requirement[]> {
	const git = Bun.which("git", { PATH: env.PATH ?? "" });
	const found = editor.found();
	return [
		git === null
			? { name: "git", ok: false, detail: "not installed", fix: "Install git." }
			: { name: "git", ok: true, detail: git },
		found === undefined
			? {
					name: "editor",
					ok: false,
					detail: "no VS Code and none of its kin",
					fix: 'Install VS Code with its command "code".',
				}
			: { name: "editor", ok: true, detail: found },
	];
}
