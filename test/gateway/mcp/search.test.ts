import { beforeAll, expect, test } from "vitest";
import type { CatalogueTool } from "../../../core/contract/index.ts";
import { indexTools, prefixedNaming } from "../../../core/gateway/mcp/names.ts";
import { findTools } from "../../../core/gateway/mcp/search.ts";
import { describeServer } from "../../../core/surface/index.ts";
import { builtInServers } from "../../../servers/index.ts";
import { mainTools } from "../../understanding/main-tools.ts";

/** What people and models ask for, in their words, and the tool that does it. */
const queries: [query: string, tool: string][] = [
	["send an email with an attachment to Anna", "communication_send_email"],
	["read my unread mail", "communication_read_inbox"],
	["find the message from Ben about the invoice", "communication_search_email"],
	["reply to an email", "communication_reply_email"],
	["WhatsApp message", "communication_send_whatsapp"],
	["text somebody's phone (SMS)", "communication_send_sms"],
	["phone someone", "communication_place_call"],
	["save a new contact", "communication_add_contact"],
	["search the web", "browser_search"],
	["visit a website", "browser_open_url"],
	["get the text of the current web page as markdown", "browser_read_page"],
	["picture of the web page", "browser_screenshot"],
	["fill in a web form", "browser_fill_form"],
	["save the page as a PDF", "browser_pdf"],
	["close the browser tab", "browser_close_tab"],
	["run a shell command", "system_execute_command"],
	["list the files in a folder", "system_list_directory"],
	["delete a file", "system_delete_path"],
	["edit part of a text file", "system_edit_file"],
	["look for a word in files", "system_search_files"],
	["which processes are running", "system_list_processes"],
	["stop a process", "system_kill_process"],
	["make it louder", "system_set_volume"],
	["copy something to the clipboard", "system_clipboard_write"],
	["free memory and disk space", "system_system_info"],
	["run some Python code", "python_execute_code"],
	["summarise a CSV file", "python_analyze_data"],
	["install a pip package", "python_install_package"],
	["commit my changes", "ide_git_commit"],
	["what changed in the repository", "ide_git_diff"],
	["run the unit tests", "ide_run_tests"],
	["open a file in VS Code", "ide_open_vscode"],
	["clone a repo", "github_clone_repository"],
	["open a pull request", "github_create_pull_request"],
	["why did the CI build fail", "github_get_job_logs"],
	["create a GitHub issue", "github_create_issue"],
	["publish a release", "github_create_release"],
	["transcribe a recording", "voice_transcribe"],
	["say something aloud", "voice_speak"],
	["move the mouse", "voice_move_mouse"],
	["set a timer for ten minutes", "main_set_timer"],
	["remind me to do something tomorrow", "main_add_reminder"],
	["what's 15 percent of 80", "main_calculate"],
	["put milk on the shopping list", "main_add_to_list"],
];

const tools = new Map<string, CatalogueTool>();
beforeAll(async () => {
	for (const tool of mainTools()) tools.set(`main_${tool.name}`, tool);
	for (const [name, load] of Object.entries(builtInServers)) {
		for (const tool of describeServer(await load())) tools.set(`${name}_${tool.name}`, tool);
	}
});

const rankOf = ([query, tool]: (typeof queries)[number]) =>
	findTools(tools, query).findIndex(({ name }) => name === tool) + 1;

test("what is wanted stands among the first three of all tools, and mostly first", () => {
	const ranks = queries.map((wanted) => rankOf(wanted));
	const share = (upTo: number) => ranks.filter((rank) => rank > 0 && rank <= upTo).length / queries.length;
	expect(share(3)).toBeGreaterThanOrEqual(0.95);
	expect(share(1)).toBeGreaterThanOrEqual(0.75);
});

test("no registered server takes the place of a tool of ours by a name that reads the same", () => {
	const ours = tools.get("system_delete_path");
	const [first] = mainTools();
	if (first === undefined) throw new Error("main has no tool");
	const theirs = { ...first, server: "system_delete", name: "path" };
	const shown = indexTools([...tools.values(), theirs], prefixedNaming);
	expect(shown.get("system_delete_path")).toBe(ours);
	expect(indexTools([theirs], prefixedNaming).get("system_delete_path")).toBe(theirs);
});

test("a misspelt word and another form of it find the same", () => {
	for (const query of ["transcrbe a recording", "transcribing recordings"]) {
		expect(findTools(tools, query)[0]?.name).toBe("voice_transcribe");
	}
});

test("what the caller may not use is not found, and words that say nothing find nothing", () => {
	const reading = findTools(tools, "delete a file", ({ effect }) => effect === "read");
	expect(reading.every(({ effect }) => effect === "read")).toBe(true);
	expect(findTools(tools, "please do it for me")).toEqual([]);
	expect(findTools(tools, "")).toEqual([]);
});
