/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"ide.open_vscode": {
		main: "test/servers/ide/code-server.test.ts > in a running VS Code a person sees the file open at the line that was said",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/project.test.ts > the editor > that fails to open says why",
	},
	"ide.git_command": {
		main: "test/servers/ide/git.test.ts > git commands work, quoting included, and errors of git are told",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/ide/git.test.ts > a push to a remote that is not there ends with a clear error, never a prompt",
	},
	"ide.git_status": {
		main: "test/servers/ide/git.test.ts > the status tells branch and changes in one sentence",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.git_diff": {
		main: "test/servers/ide/git.test.ts > the difference is counted and shown, renames under their new name",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.git_log": {
		main: "test/servers/ide/git.test.ts > a commit takes all changes with the message given, and the log tells it",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.git_commit": {
		main: "test/servers/ide/git.test.ts > a commit takes all changes with the message given, and the log tells it",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/git.test.ts > a commit runs the repository's own hooks, and their refusal is told",
	},
	"ide.git_branch": {
		main: "test/servers/ide/git.test.ts > branches are made, switched and listed",
		bad: "test/servers/ide/git.test.ts > %s is no branch name",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.search_code": {
		main: "test/servers/ide/git.test.ts > code is searched, a query that looks like an option too",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.run_tests": {
		main: "test/servers/ide/project.test.ts > tests of a project are run its own way > node's runner, through npm",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/ide/project.test.ts > tests of a project are run its own way > a runner that is not installed is named",
	},
	"ide.format_code": {
		main: "test/servers/ide/project.test.ts > code is formatted by the project's own formatter, and what changed is told",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/failures.test.ts > without the program it needs a tool says what is missing > %s",
	},
	"ide.list_diagnostics": {
		main: "test/servers/ide/project.test.ts > problems > of the real TypeScript compiler, with file and line",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/ide/work.test.ts > %s that takes long > whose program is killed from outside says so, and never that all is well",
	},
	"ide.work_status": {
		main: "test/servers/ide/work.test.ts > %s that takes long > goes on behind the answer; its output is read while it runs, its result afterwards",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/work.test.ts > work that can't be done tells whoever asks later why",
	},
	"ide.stop_work": {
		main: "test/servers/ide/work.test.ts > %s that takes long > is stopped with all it started, and leaves no lock behind",
		bad: "test/servers/ide/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/ide/work.test.ts > a program that won't end is made to",
	},
};
