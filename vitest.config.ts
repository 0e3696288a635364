import { defineConfig } from "vitest/config";

/** Tests that drive other programs (browsers, mail servers, git hosts, interpreters): slower, but not sensitive to time. */
const programs = [
	"test/models/**/*.test.ts",
	"test/servers/**/*.test.ts",
	"test/{conformance,orchestrator,cli}/**/*.live.test.ts",
];

/**
 * Tests that listen and speak in real time need the machine for themselves: they run one file after the other, last.
 * A file of another folder joins them by the ending `.live.test.ts`.
 */
const realTime = [
	"test/e2e/**/*.test.ts",
	"test/servers/voice/*.test.ts",
	"test/ui/page.test.ts",
	"test/voice/{loop,faults,starting,confirmation}.test.ts",
	"test/{voice,ui,servers,security}/**/*.live.test.{ts,tsx}",
];

export default defineConfig({
	test: {
		pool: "threads",
		testTimeout: 20_000,
		hookTimeout: 60_000,
		projects: [
			{
				extends: true,
				test: {
					name: "quick",
					include: ["test/**/*.test.{ts,tsx}"],
					exclude: [...programs, ...realTime],
					maxWorkers: 2,
					// Many start processes, and two workers share what the machine has.
					retry: 1,
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				test: {
					name: "programs",
					include: programs,
					exclude: realTime,
					maxWorkers: 2,
					retry: 1,
					testTimeout: 90_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 1 },
				},
			},
			{
				extends: true,
				test: {
					name: "real time",
					include: realTime,
					fileParallelism: false,
					// What is heard in real time depends on what else the machine is doing just then.
					retry: 2,
					testTimeout: 90_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 2 },
				},
			},
		],
	},
});
