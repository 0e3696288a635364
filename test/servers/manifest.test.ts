import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { builtInServers } from "../../servers/index.ts";
import { mainTools } from "../understanding/main-tools.ts";
import { complaintOf, testsIn, type WrittenTest } from "./proofs.ts";

/** Of every tool the tests that prove its main use, one bad input and one failure of the outside part. */
const manifestSchema = z.object({
	manifest: z.record(z.string(), z.strictObject({ main: z.string(), bad: z.string(), failure: z.string() })),
});

const root = fileURLToPath(new URL("../../", import.meta.url));

const servers: [name: string, tools: () => Promise<string[]>][] = [
	["main", async () => mainTools().map(({ name }) => name)],
	...Object.entries(builtInServers).map(([name, load]): [string, () => Promise<string[]>] => [
		name,
		async () => (await load()).tools.map((tool) => tool.name),
	]),
];

/** Each file is read once. */
const known = new Map<string, WrittenTest[]>();
function read(file: string): WrittenTest[] {
	const tests = known.get(file) ?? testsIn(file);
	known.set(file, tests);
	return tests;
}

describe.each(servers)("the tools of the %s server", (server, toolsOf) => {
	test("are proven by tests that are run: main use, bad input, failure of the outside part", async () => {
		const file = new URL(`./${server}/manifest.ts`, import.meta.url);
		expect(existsSync(file), `test/servers/${server}/manifest.ts is missing`).toBe(true);
		const { manifest } = manifestSchema.parse(await import(file.href));
		const tools = await toolsOf();
		expect(Object.keys(manifest).sort()).toEqual(tools.map((tool) => `${server}.${tool}`).sort());
		const wrong = Object.entries(manifest).flatMap(([tool, proofs]) => [
			...Object.entries(proofs).flatMap(([kind, proof]) => {
				// What the main server does is mostly asked for in words, which name no tool.
				const spoken = server === "main" && kind === "main";
				const complaint = complaintOf(proof, root, read, spoken ? undefined : tool.slice(server.length + 1));
				return complaint === undefined ? [] : [`${tool} ${kind}: ${proof}: ${complaint}`];
			}),
			...(proofs.failure === proofs.main || proofs.failure === proofs.bad
				? [`${tool} failure: the same test as another proof`]
				: []),
		]);
		expect(wrong).toEqual([]);
	});
});

test.each([
	['test("a", () => {});', undefined],
	['describe("b", () => { test("a", () => {}); });', undefined],
	['test.skipIf(Bun.which("git") === null).each([1])("a", () => {});', undefined],
	['const a = "a"; other("a", () => {});', "there is no such test"],
	['// test("a", () => {});', "there is no such test"],
	// In capitals, or they would count as skipped tests of this file itself.
	['test.SKIP("a", () => {});', "it is marked skip"],
	['describe.SKIP("b", () => { test("a", () => {}); });', "it is marked skip"],
	['test.skipIf(true)("a", () => {});', "it is left out for no known reason: true"],
	['test("a", () => {}); test("a", () => {});', "two tests are called so"],
	['test("a", () => { call("read_file"); });', undefined, "read_file"],
	['const bad = [["read_file", {}]]; test.each(bad)("a", () => {});', undefined, "read_file"],
	['test("a", () => { call("read_page"); });', "it does not use the tool", "read_file"],
])("what proves nothing is found out: %s", async (source, complaint, tool?: string) => {
	const path = join(tmpdir(), `proof-${crypto.randomUUID()}.ts`);
	await Bun.write(path, source.replace(".SKIP(", ".skip("));
	try {
		const tests = testsIn(path);
		expect(complaintOf("test/servers/manifest.test.ts > a", root, () => tests, tool)).toBe(complaint);
	} finally {
		await Bun.file(path).delete();
	}
});
