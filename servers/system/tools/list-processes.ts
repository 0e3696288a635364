import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { namesOfProcess, type ProcessInfo, type SystemAdapters } from "../adapters/index.ts";

/** What runs, the busiest or largest first. */
export const listProcesses = defineTool({
	name: "list_processes",
	title: "List processes",
	description: "Running processes with processor and memory use, sorted, filtered by name where one is given.",
	effect: "read",
	role: "user",
	input: z.object({
		name: slot("name", z.string().min(1).max(200))
			.optional()
			.describe("Only processes whose name or command contains it"),
		sort: z.enum(["cpu", "memory"]).default("cpu"),
		limit: z.number().int().min(1).max(1000).default(20),
		offset: z.number().int().min(0).max(1_000_000).default(0),
	}),
	output: z.object({
		total: z.number().int().describe("How many match, before limit and offset"),
		processes: z.array(
			z.object({
				pid: z.number().int(),
				parent: z.number().int(),
				name: z.string(),
				user: z.string(),
				cpu_percent: z.number(),
				memory_bytes: z.number(),
				command: z.string(),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the|all] [running] processes",
				"(what|which) (processes|programs|applications) are running",
				"(what is|what's) running [on (my|this|the) (computer|machine)]",
				"(list|show) [me] [the] processes (named|called) {name}",
				"is [the] (program|application|app|process) {name} [still] running",
				"is {name} [still] running [on (my|this|the) computer]",
			],
			fixed: [
				{
					text: "(what is|what's) (using|eating|taking|hogging) [up] [the] [most|all] [of] [my|the] (cpu|processor)",
					values: { sort: "cpu" },
				},
				{
					text: "(what is|what's) (using|eating|taking|hogging) [up] [the] [most|all] [of] [my|the] (memory|ram)",
					values: { sort: "memory" },
				},
				{
					text: "(which|what) (process|program|application|app) (uses|is using) the most (memory|ram)",
					values: { sort: "memory" },
				},
				{
					text: "(which|what) (process|program|application|app) (uses|is using) the most (cpu|processor|power)",
					values: { sort: "cpu" },
				},
				{ text: "why is (my|this|the) (computer|machine|laptop|pc) [so|being so] slow", values: { sort: "cpu" } },
				{ text: "what is slowing [down] (my|this|the) (computer|machine|laptop|pc) [down]", values: { sort: "cpu" } },
			],
			examples: ["why is my computer so slow", "is firefox running"],
		},
	},
	say({ total, processes }, { sort, name }) {
		const [first] = processes;
		if (first === undefined)
			return name === undefined ? "No processes were found." : `Nothing called ${name} is running.`;
		const use =
			sort === "memory"
				? `${Math.round(first.memory_bytes / 1024 ** 2)} megabytes`
				: `${Math.round(first.cpu_percent)} percent of a processor`;
		if (name !== undefined) {
			const others = total === 1 ? "" : `, ${sayCount(total, "process", "processes")} in all`;
			return `Yes, ${first.name} is running${others}. It uses ${use}.`;
		}
		return `${sayCount(total, "process", "processes")} ${total === 1 ? "runs" : "run"}. ${first.name} uses the most, ${use}.`;
	},
	async run({ name, sort, limit, offset }, { host }: SystemAdapters) {
		const wanted = name?.toLowerCase();
		const all = await host.processes();
		const named = wanted === undefined ? all : all.filter((process) => namesOfProcess(process).includes(wanted));
		const matching = (named.length > 0 ? named : all.filter((process) => mentions(process, wanted))).sort((a, b) =>
			sort === "memory" ? b.memory - a.memory : b.cpuPercent - a.cpuPercent,
		);
		return {
			total: matching.length,
			processes: matching.slice(offset, offset + limit).map((process) => ({
				pid: process.pid,
				parent: process.parent,
				name: process.name,
				user: process.user,
				cpu_percent: Math.round(process.cpuPercent * 10) / 10,
				memory_bytes: process.memory,
				command: process.command.slice(0, 1000),
			})),
		};
	},
});

/** Whether a name stands in a process's own or in its command line. */
function mentions({ name, command }: ProcessInfo, wanted = ""): boolean {
	return `${name} ${command}`.toLowerCase().includes(wanted);
}
