import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that drive other programs (browsers, mail servers, git hosts, interpreters): slower, but not sensitive to time. */
const programs = [
	"test/models/**/*.test.ts",
	"test/servers/!(voice)/**/*.test.ts",
	"test/servers/voice/{keys,long-speech,recognition,speech}.test.ts",
	"test/{conformance,orchestrator,cli,security,voice}/**/*.live.test.ts",
	"test/e2e/{doors,life,secrets,terminal,traces}.test.ts",
	"test/ui/page.test.ts",
];

/** Tests that listen and speak in real time need the machine for themselves: they run one file after the other, last. */
const realTime = ["test/e2e/**/*.test.ts", "test/servers/voice/*.test.ts", "test/voice/spoken-sound.test.ts"];

/** Files that take longest, the longest first: begun last, they would leave a worker alone with them. */
const longest = [
	"test/conformance/fuzzed-servers.live.test.ts",
	"test/servers/python/analyze.test.ts",
	"test/voice/endpoint.live.test.ts",
	"test/e2e/life.test.ts",
	"test/ui/page.test.ts",
	"test/servers/browser/hostile.test.ts",
	"test/models/engines.test.ts",
	"test/e2e/terminal.test.ts",
	"test/conformance/client.test.ts",
	"test/main/process.test.ts",
	"test/ui/talk.test.ts",
	"test/orchestrator/processes.test.ts",
	"test/conformance/schemathesis.live.test.ts",
	"test/servers/browser/lifecycle.test.ts",
	"test/servers/voice/recognition.test.ts",
	"test/servers/communication/whatsapp.test.ts",
	"test/models/fetch.test.ts",
	"test/gateway/slow-clients.test.ts",
	"test/orchestrator/stdio.test.ts",
	"test/orchestrator/plugins.test.ts",
];

/** Begins with {@link longest}, in their order, whichever project of a group they are of. */
class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
		const place = ({ project, moduleId }: TestSpecification) => {
			const at = longest.indexOf(relative(project.config.root, moduleId));
			return at === -1 ? longest.length : at;
		};
		return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
	}
}

export default defineConfig({
	test: {
		pool: "threads",
		testTimeout: 20_000,
		hookTimeout: 60_000,
		// What goes on side by side within a file mostly waits.
		maxConcurrency: 20,
		sequence: { sequencer: LongestFirst },
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
					maxWorkers: 2,
					retry: 1,
					testTimeout: 90_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				test: {
					name: "real time",
					include: realTime,
					exclude: programs,
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
