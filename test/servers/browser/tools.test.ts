import { afterAll, describe, expect, test } from "vitest";
import { describeServer, runTool, toMcpTool } from "../../../core/surface/index.ts";
import { server } from "../../../servers/browser/index.ts";
import { startBrowser, toolContext } from "./harness.ts";

/** A good input of every tool that needs the browser. */
const inputs: Record<string, unknown> = {
	open_url: { url: "https://example.com" },
	read_page: {},
	snapshot: {},
	click: { name: "x" },
	follow_link: { number: 1 },
	type_text: { text: "x", field: "y" },
	fill_form: { fields: [{ name: "x", value: "y" }] },
	press_key: { key: "Enter" },
	select_option: { option: ["x"], field: "y" },
	go_back: {},
	scroll: {},
	screenshot: {},
	list_tabs: {},
	switch_tab: { number: 1 },
	close_tab: {},
	download: { url: "https://example.com/x" },
	pdf: {},
};

/** An input of every tool that can't be right. */
const wrong: Record<string, unknown> = {
	search: { query: "" },
	open_url: { url: 5 },
	open_result: { number: 0 },
	read_page: { limit: 1 },
	snapshot: { limit: 1 },
	click: { ref: "button" },
	follow_link: { ref: "../x" },
	type_text: { text: "" },
	fill_form: { fields: [] },
	press_key: {},
	select_option: { option: [] },
	go_back: { steps: 2 },
	scroll: { direction: "sideways" },
	screenshot: { ref: "x" },
	list_tabs: { all: true },
	switch_tab: { tab: "1" },
	close_tab: { tab: "all" },
	download: { path: "" },
	download_status: { id: "x" },
	cancel_download: { id: "x" },
	pdf: { path: "" },
};

describe("the tools of the browser server", () => {
	const adapters = startBrowser({ executable: "/bin/false" });
	afterAll(async () => (await adapters).stop());
	const run = async (name: string, input: unknown) => {
		const tool = server.tools.find((one) => one.name === name);
		if (tool === undefined) throw new Error(`no tool ${name}`);
		return runTool({ tool, input, adapters: (await adapters).adapters, context: toolContext() });
	};

	test("each say so when the browser does not start", async () => {
		for (const [name, input] of Object.entries(inputs)) {
			await expect(run(name, input), name).rejects.toMatchObject({ code: "unavailable", fix: expect.any(String) });
		}
	});

	test("each tell a client that they meet what strangers wrote", () => {
		for (const tool of describeServer(server)) {
			expect(toMcpTool(tool).annotations, tool.name).toMatchObject({ openWorldHint: true });
		}
	});

	test("each refuse what can't be right before anything is done", async () => {
		expect(Object.keys(wrong).sort()).toEqual(server.tools.map(({ name }) => name).sort());
		for (const [name, input] of Object.entries(wrong)) {
			await expect(run(name, input), name).rejects.toMatchObject({ code: "bad_request" });
		}
	});
});
