import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../../../servers/python/index.ts";
import { callerOf } from "../by-name.ts";
import { startPython } from "./harness.ts";

let python: Awaited<ReturnType<typeof startPython>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
	python = await startPython({ python: "/no/such/python" });
	call = callerOf(server, python.adapters);
});
afterAll(() => python.stop());

describe("input that makes no sense is refused", () => {
	test.each([
		["execute_code", { code: "1", timeout_ms: -1 }],
		["read_execution", { offset: -1 }],
		["interrupt_execution", { execution: 5 }],
		["analyze_code", { code: 5 }],
		["analyze_data", { question: 5 }],
		["analysis_status", { id: "i1" }],
		["stop_analysis", { id: "-1" }],
		["install_package", { package: "--index-url=http://x" }],
		["installation_status", { id: "x" }],
		["list_sessions", { all: true }],
		["reset_session", { session: "../x" }],
	])("%s given %j", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "bad_request" });
	});
});

describe("without Python a tool says so", () => {
	test.each([
		["execute_code", { code: "1" }],
		["read_execution", {}],
		["interrupt_execution", {}],
		["analyze_code", { code: "1" }],
		["analyze_data", { csv: "a,b\n1,2\n" }],
		["install_package", { package: "six" }],
		["installation_status", {}],
		["list_sessions", {}],
		["reset_session", {}],
	])("%s", async (tool, input) => {
		await expect(call(tool, input)).rejects.toMatchObject({ code: "missing_part", fix: expect.any(String) });
	});
});
