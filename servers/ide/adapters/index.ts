import { z } from "zod";
import type { Requirement, ServerDeps } from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createWorks, type Lasting } from "../../../core/work/index.ts";
import { createEditor, type Editor } from "./editor.ts";
import { createRepositories, type Repositories } from "./repositories.ts";

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

/** How many works in projects (tests, checks, git commands) one person may have under way. */
const worksAtOnce = 4;

/** What the ide server touches. */
export interface IdeAdapters extends Lasting {
	editor: Editor;
	repositories: Repositories;
	folders: Folders;
	/** Of a project's own programs: nobody is there to answer questions. */
	env: Readonly<Record<string, string>>;
	close(): Promise<void>;
}

/** Makes the adapters; nothing is started. */
export function createAdapters({
	settings,
	childEnv,
	folders: access,
	announce,
}: ServerDeps<z.output<typeof ideSettings>>): IdeAdapters {
	const folders = createFolders(access);
	const works: Lasting["works"] = createWorks({ letter: "w", noun: "job", atOnce: worksAtOnce, announce });
	const { editor: command, repository: usual, projects } = settings;
	return {
		editor: createEditor({ env: childEnv, command }),
		repositories: createRepositories({ folders, env: childEnv, usual, projects }),
		works,
		folders,
		env: { ...childEnv, CI: "true" },
		close: works.close,
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
