import { defineConfig } from "vitest/config";

/**
 * Tests that need the machine's time for themselves: they listen and speak in real time, load speech models or
 * start programs. They run one file after the other, after the quick ones. A single file of another folder joins
 * them by the ending `.live.test.ts`.
 */
const live = [
	"test/e2e/**/*.test.ts",
	"test/models/**/*.test.ts",
	"test/servers/**/*.test.ts",
	"test/ui/page.test.ts",
	"test/voice/{loop,faults}.test.ts",
	"test/**/*.live.test.{ts,tsx}",
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
					exclude: live,
					maxWorkers: 2,
					// Many start processes, and two workers share what the machine has.
					retry: 1,
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				test: {
					name: "live",
					include: live,
					fileParallelism: false,
					// What is heard in real time depends on what else the machine is doing just then.
					retry: 2,
					testTimeout: 90_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
