import { beforeAll, describe, expect, test } from "vitest";
import type { Understander } from "../../../core/contract/index.ts";
import { describeServer } from "../../../core/surface/index.ts";
import { createUnderstander } from "../../../core/understanding/index.ts";
import { builtInServers } from "../../../servers/index.ts";
import { mainTools } from "../../understanding/main-tools.ts";

const now = new Date("2026-06-01T12:00:00Z");

describe("what is said of the web, beside all other servers", () => {
	let understander: Understander;
	beforeAll(async () => {
		understander = createUnderstander();
		const servers = await Promise.all(Object.values(builtInServers).map((load) => load()));
		understander.load([...mainTools(), ...servers.flatMap((server) => describeServer(server))]);
	});

	test.each([
		["search for the best pizza in town", "search", { query: "the best pizza in town" }],
		["look up black holes on the web", "search", { query: "black holes" }],
		["google how tall is mount everest", "search", { query: "how tall is mount everest" }],
		["search the internet for cheap flights to rome please", "search", { query: "cheap flights to rome" }],
		["open github dot com", "open_url", { url: "https://github.com" }],
		["go to the website example.com/news", "open_url", { url: "https://example.com/news" }],
		["open wikipedia dot org in a new tab", "open_url", { url: "https://wikipedia.org", new_tab: true }],
		["open the second result", "open_result", { number: 2 }],
		["open result number three", "open_result", { number: 3 }],
		["read this page to me", "read_page", { aloud: true }],
		["read the article aloud", "read_page", { aloud: true }],
		["read on", "read_page", { aloud: true, more: true }],
		["what does this page say", "read_page", {}],
		["what can I click on this page", "snapshot", {}],
		["click the second link", "follow_link", { number: 2 }],
		["click on the first link", "follow_link", { number: 1 }],
		["open the last link", "follow_link", { number: -1 }],
		["follow the link about prices", "follow_link", { name: "about prices" }],
		["click the sign in button", "click", { name: "sign in", kind: "button" }],
		["click the third button", "click", { number: 3, kind: "button" }],
		["type hello world into the search field", "type_text", { text: "hello world", field: "search" }],
		["choose germany from the country list", "select_option", { option: ["germany"], field: "country" }],
		["press enter on the page", "press_key", { key: "enter" }],
		["scroll down", "scroll", { direction: "down" }],
		["scroll to the bottom of the page", "scroll", { direction: "bottom" }],
		["scroll up a bit", "scroll", { direction: "up" }],
		["go back", "go_back", {}],
		["go back to the previous page", "go_back", {}],
		["take a screenshot of this page", "screenshot", {}],
		["show me the website", "screenshot", {}],
		["which tabs are open", "list_tabs", {}],
		["switch to the second tab", "switch_tab", { number: 2 }],
		["close this tab", "close_tab", {}],
		["close the third tab", "close_tab", { number: 3 }],
		["download example.com/file.zip", "download", { url: "https://example.com/file.zip" }],
		["is the download finished", "download_status", {}],
		["cancel the download", "cancel_download", {}],
		["save this page as a pdf", "pdf", {}],
	] as const)("%s", async (text, tool, input) => {
		const understood = await understander.understand(text, { now });
		expect(understood).toMatchObject({ kind: "call", server: "browser", tool, arguments: input });
	});

	test.each([
		["open the web page", "open_url", "url"],
		["search the web", "search", "query"],
		["fill out this form", "fill_form", "fields"],
	])("%s is asked about", async (text, tool, slot) => {
		expect(await understander.understand(text, { now })).toMatchObject({ kind: "ask", server: "browser", tool, slot });
	});
});
