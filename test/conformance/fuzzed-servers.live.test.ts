import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { portOrder } from "../../servers/index.ts";
import { type Contained, checkout, noContainment, runContained } from "../fixtures/fuzz/contain.ts";
import { commonOptions, findings } from "../fixtures/fuzz/options.ts";
import { outcomeSchema, shares } from "../fixtures/fuzz/report.ts";
import { pythonWith, schemaPackages } from "../fixtures/python-venv.ts";

/**
 * `AIOS_FUZZ_EXAMPLES=100` tries that many random cases an operation, other ones each time, and every boundary of the
 * descriptions besides. Without it a few are tried, always the same.
 */
const examples = Number(process.env.AIOS_FUZZ_EXAMPLES ?? 0);
const phases = examples > 0 ? "coverage,fuzzing" : "fuzzing";
const depth =
	examples > 0 ? ["--max-examples", String(examples)] : ["--max-examples", "8", "--generation-deterministic"];
const longestMs = examples > 0 ? 3_600_000 : 240_000;

/** Servers fuzzed at once: one of them mostly waits, and two cores have no use for more. */
const atOnce = 3;

/** The least part of cases that must have done something: the rest are refusals. */
const leastDone = 0.15;

const inside = (file: string) => join(checkout, "test/fixtures/fuzz", file);

describe.skipIf(noContainment !== undefined)("in a sandbox, with nothing of this machine", () => {
	let python: Awaited<ReturnType<typeof pythonWith>>;
	const runs = new Map(portOrder.map((name) => [name, Promise.withResolvers<Contained>()]));

	beforeAll(async () => {
		const made = await pythonWith(schemaPackages);
		python = made;
		if ("missing" in made) return;
		// The one that mostly waits begins.
		const queue = portOrder.toSorted((a, b) => Number(b === "github") - Number(a === "github"));
		const work = async () => {
			for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
				const argv = [inside("server-process.ts"), name, made.bin, phases, ...commonOptions, ...depth];
				const run = runs.get(name);
				await runContained(argv, made.bin, longestMs).then(run?.resolve, run?.reject);
			}
		};
		for (let lane = 0; lane < atOnce; lane++) void work();
	}, 500_000);

	test("what is fuzzed reaches no file, process, port, display or credential of this machine", async (context) => {
		if ("missing" in python) return context.skip(python.missing);
		const secret = join(mkdtempSync(join(homedir(), ".aios-secret-")), "key");
		writeFileSync(secret, "secret");
		const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("reached") });
		const files = [secret, "/etc/passwd", "/etc/shadow", join(tmpdir(), "x"), join(import.meta.dirname, "x")];
		const { stdout } = await runContained(
			[inside("look-around-process.ts"), String(server.port), ...files],
			python.bin,
			30_000,
		);
		await server.stop(true);
		rmSync(join(secret, ".."), { recursive: true });
		const found = z.looseObject({ namespaces: z.array(z.string()), user: z.number() }).parse(JSON.parse(stdout));
		expect(found).toMatchObject({
			readable: [],
			writable: [],
			sockets: [],
			connected: false,
			environment: ["AIOS_FUZZ_SANDBOX", "AIOS_MODELS_DIR", "HOME", "LANG", "PATH", "PWD"],
			capabilities: "0000000000000000",
		});
		expect(found.user).not.toBe(0);
		const own = ["ipc", "mnt", "net", "pid", "user", "uts"].map((name) => readlinkSync(`/proc/self/ns/${name}`));
		expect(found.namespaces.filter((namespace) => own.includes(namespace))).toEqual([]);
		expect(found.processes).toBeLessThan(5);
	});

	test.for(portOrder)(
		"the %s server answers whatever its tools are asked in the way it describes itself",
		{
			timeout: 2 * longestMs,
		},
		async (name, context) => {
			if ("missing" in python) return context.skip(python.missing);
			const { stdout, stderr, code } = (await runs.get(name)?.promise) ?? { stdout: "", stderr: "", code: 0 };
			if (stdout === "") throw new Error(`the process ended with ${code}: ${stderr.slice(-4_000)}`);
			const { passed, operations, answers } = outcomeSchema.parse(JSON.parse(stdout));
			const { cases, done, refused, unavailable } = shares(answers);
			const percent = (share: number) => `${Math.round(100 * share)} %`;
			const told = `${cases} cases: ${percent(done)} 2xx, ${percent(refused)} 4xx, ${percent(unavailable)} 502-507`;
			await context.annotate(`${name}: ${told}`);
			expect(passed ? "" : findings(stderr) || stderr.slice(-4_000)).toBe("");
			expect(operations.filter((operation) => answers[operation] === undefined)).toEqual([]);
			expect(done, told).toBeGreaterThan(leastDone);
		},
	);
});
