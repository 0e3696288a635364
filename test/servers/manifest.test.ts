import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { builtInServers } from "../../servers/index.ts";
import { mainTools } from "../understanding/main-tools.ts";

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

describe.each(servers)("the tools of the %s server", (server, toolsOf) => {
	test("are proven by tests that exist: main use, bad input, failure of the outside part", async () => {
		const file = new URL(`./${server}/manifest.ts`, import.meta.url);
		expect(existsSync(file), `test/servers/${server}/manifest.ts is missing`).toBe(true);
		const { manifest } = manifestSchema.parse(await import(file.href));
		const tools = await toolsOf();
		expect(Object.keys(manifest).sort()).toEqual(tools.map((tool) => `${server}.${tool}`).sort());
		const missing = Object.entries(manifest).flatMap(([tool, proofs]) =>
			Object.entries(proofs)
				.filter(([, proof]) => !exists(proof))
				.map(([kind, proof]) => `${tool} ${kind}: ${proof}`),
		);
		expect(missing).toEqual([]);
	});
});

/** Whether a proof, "test/file.test.ts > test name", names a test that is in that file. */
function exists(proof: string): boolean {
	const [path = "", ...name] = proof.split(" > ");
	const file = `${root}${path}`;
	if (!/^test\/[\w./-]+\.test\.tsx?$/.test(path) || !existsSync(file)) return false;
	const wanted = JSON.stringify(name.at(-1) ?? "").slice(1, -1);
	const source = readFileSync(file, "utf8");
	return wanted !== "" && ['"', "'", "`"].some((quote) => source.includes(`${quote}${wanted}${quote}`));
}
