import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, findRequirements, type IdeAdapters, ideSettings } from "./adapters/index.ts";
import { formatCode } from "./tools/format-code.ts";
import { gitBranch } from "./tools/git-branch.ts";
import { gitCommand } from "./tools/git-command.ts";
import { gitCommit } from "./tools/git-commit.ts";
import { gitDiff } from "./tools/git-diff.ts";
import { gitLog } from "./tools/git-log.ts";
import { gitStatus } from "./tools/git-status.ts";
import { listDiagnostics } from "./tools/list-diagnostics.ts";
import { openVscode } from "./tools/open-vscode.ts";
import { runTests } from "./tools/run-tests.ts";
import { searchCode } from "./tools/search-code.ts";
import { stopWork, workStatus } from "./tools/work.ts";

/** VS Code and git: the code a person works on. */
export const server = defineServer<IdeAdapters, typeof ideSettings>({
	name: "ide",
	title: "Editor and git",
	description: "VS Code and its kin, git repositories, tests, formatting and diagnostics.",
	port: 8004,
	settings: ideSettings,
	tools: [
		openVscode,
		gitCommand,
		gitStatus,
		gitDiff,
		gitLog,
		gitCommit,
		gitBranch,
		searchCode,
		runTests,
		formatCode,
		listDiagnostics,
		workStatus,
		stopWork,
	],
	adapters: createAdapters,
	requirements: findRequirements,
});
