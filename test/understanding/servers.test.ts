import { beforeAll, describe, expect, test } from "vitest";
import { describeServer } from "../../core/surface/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { builtInServers } from "../../servers/index.ts";
import { wholeCatalogue } from "./catalogue.ts";
import { monday } from "./main-tools.ts";

const understander = createUnderstander();
beforeAll(async () => {
	const tools = await wholeCatalogue();
	understander.load(tools);
	// Nothing of it is lost on the way from a server's process.
	const servers = await Promise.all(Object.values(builtInServers).map((load) => load()));
	const names = new Set(servers.map(({ name }) => name));
	expect(
		tools
			.filter(({ server }) => names.has(server))
			.map(({ voice, effect, timeoutMs }) => ({ voice, effect, timeoutMs })),
	).toEqual(servers.flatMap(describeServer).map(({ voice, effect, timeoutMs }) => ({ voice, effect, timeoutMs })));
});

describe("what people say to the editor, GitHub, the computer and the browser reaches the tool they mean", () => {
	test.each([
		["open the file readme.md in vs code", "ide.open_vscode"],
		["open readme.md at line 3 in the editor", "ide.open_vscode"],
		["jump to line 12 of readme.md", "ide.open_vscode"],
		["open the project sample in vs code", "ide.open_vscode"],
		["what's the git status", "ide.git_status"],
		["what have I changed", "ide.git_status"],
		["is there anything to commit", "ide.git_status"],
		["show me the last five commits", "ide.git_log"],
		["what were the last commits", "ide.git_log"],
		["who committed last", "ide.git_log"],
		["show me the diff", "ide.git_diff"],
		["commit everything with the message fix the typo", "ide.git_commit"],
		["commit my changes", "ide.git_commit"],
		["create a branch called spring", "ide.git_branch"],
		["switch to the branch main", "ide.git_branch"],
		["which branches are there", "ide.git_branch"],
		["push my changes", "ide.git_command"],
		["stash my changes", "ide.git_command"],
		["undo the last commit", "ide.git_command"],
		["pull the latest changes", "ide.git_command"],
		["run the tests", "ide.run_tests"],
		["do the tests pass", "ide.run_tests"],
		["are the tests done yet", "ide.work_status"],
		["how are the tests going", "ide.work_status"],
		["is the check finished", "ide.work_status"],
		["is the push done", "ide.work_status"],
		["stop the tests", "ide.stop_work"],
		["cancel the commit", "ide.stop_work"],
		["are there any errors in the code", "ide.list_diagnostics"],
		["lint the project", "ide.list_diagnostics"],
		["format the code", "ide.format_code"],
		["find hello in the code", "ide.search_code"],
		["where is parse config defined", "ide.search_code"],
		["clone the repository octocat/hello-world", "github.clone_repository"],
		["show me my github repositories", "github.list_repositories"],
		["show the open issues in garden", "github.list_issues"],
		["create an issue in garden titled water the plants", "github.create_issue"],
		["close issue 5 in garden", "github.close_issue"],
		["read me issue 5 in garden", "github.get_issue"],
		["comment on issue 5 in garden saying thanks", "github.comment_issue"],
		["list the pull requests of garden", "github.list_pull_requests"],
		["show pull request 7 of garden", "github.get_pull_request"],
		["merge pull request 7 in garden", "github.merge_pull_request"],
		["approve pull request 7 in garden", "github.review_pull_request"],
		["why did the build fail in garden", "github.get_job_logs"],
		["did the build pass in garden", "github.list_workflow_runs"],
		["start the workflow deploy in garden", "github.run_workflow"],
		["rerun the failed jobs in garden", "github.rerun_workflow"],
		["tell me when the build in garden is done", "github.follow_workflow_run"],
		["watch the pipeline of garden", "github.follow_workflow_run"],
		["is the workflow done yet", "github.follow_status"],
		["stop watching the build", "github.stop_following"],
		["cancel the build of garden", "github.cancel_workflow_run"],
		["what is the latest release of garden", "github.list_releases"],
		["sign in to github", "github.github_sign_in"],
		["open the calculator", "system.launch_application"],
		["start firefox", "system.launch_application"],
		["which programs are running", "system.list_processes"],
		["what is using all my memory", "system.list_processes"],
		["how much disk space is left", "system.system_info"],
		["how full is my disk", "system.system_info"],
		["how much battery do I have", "system.system_info"],
		["set the volume to 30 percent", "system.set_volume"],
		["turn it up a bit", "system.set_volume"],
		["make it quieter", "system.set_volume"],
		["mute", "system.set_volume"],
		["list the files in box", "system.list_directory"],
		["what is in the folder box", "system.list_directory"],
		["read the file note.txt", "system.read_file"],
		["delete the file note.txt", "system.delete_path"],
		["rename note.txt to memo.txt", "system.move_path"],
		["copy note.txt to box", "system.copy_path"],
		["find the file note", "system.search_files"],
		["what is on the clipboard", "system.clipboard_read"],
		["run the command ls", "system.execute_command"],
		["show a notification saying tea is ready", "system.notify"],
		["search the web for sea otters", "browser.search"],
		["google the weather in paris", "browser.search"],
		["go to example.com", "browser.open_url"],
		["open the website example.com", "browser.open_url"],
		["open the second result", "browser.open_result"],
		["read this page to me", "browser.read_page"],
		["go back", "browser.go_back"],
		["scroll down", "browser.scroll"],
		["click on sign in", "browser.click"],
		["follow the link more information", "browser.follow_link"],
		["type hello into the search field", "browser.type_text"],
		["save this page as a pdf", "browser.pdf"],
		["take a screenshot of the page", "browser.screenshot"],
		["which tabs are open", "browser.list_tabs"],
		["switch to the second tab", "browser.switch_tab"],
		["close this tab", "browser.close_tab"],
		["download this file", "browser.download"],
		["press enter", "voice.press_keys"],
	])("%s", async (said, tool) => {
		const understood = await understander.understand(said, { now: monday });
		expect(understood.kind === "unknown" ? "nothing" : `${understood.server}.${understood.tool}`).toBe(tool);
	});
});
