import { resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const inRoot = (path: string) => resolve(import.meta.dirname, "../..", path);

test("four hundred servers that are there, each with an open stream, and as many requests that hang leave room for every other call", {
	timeout: 60_000,
}, async () => {
	// Started as the product is: that is what allows so many requests at once.
	const args = JSON.stringify([inRoot("test/fixtures/crowd-process.ts"), "400"]);
	const script = `import { runToEnd } from ${JSON.stringify(inRoot("scripts/lib/run.mjs"))}; await runToEnd(${JSON.stringify(process.execPath)}, ${args});`;
	const child = Bun.spawn(["node", "--input-type=module", "-e", script], { stdout: "pipe", stderr: "inherit" });
	const said = z
		.object({ tools: z.number(), echoed: z.number(), say: z.string() })
		.parse(JSON.parse(await new Response(child.stdout).text()));
	expect(said).toMatchObject({ tools: 808, say: "Hello, Ada!" });
	// Own servers answered all the while the others were taken up.
	expect(said.echoed).toBeGreaterThan(20);
});
