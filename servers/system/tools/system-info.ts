import { z } from "zod";
import { defineTool } from "../../../core/contract/index.ts";
import { capital, sayDuration } from "../../../core/text/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";

const topics = ["all", "memory", "disk", "battery", "processor", "uptime"] as const;

/** How this machine is doing; asked for one topic, it says just that. */
export const systemInfo = defineTool({
	name: "system_info",
	title: "System information",
	description: "Processor load, memory, disks, battery and uptime of this machine.",
	effect: "read",
	input: z.object({ topic: z.enum(topics).default("all").describe("What to tell; everything by default") }),
	output: z.object({
		hostname: z.string(),
		system: z.string(),
		processor: z.string(),
		cores: z.number().int(),
		cpu_percent: z.number(),
		memory: z.object({ total_bytes: z.number(), available_bytes: z.number() }),
		disks: z.array(z.object({ mount: z.string(), total_bytes: z.number(), free_bytes: z.number() })),
		battery: z.object({ percent: z.number(), charging: z.boolean() }).optional(),
		uptime_s: z.number(),
	}),
	voice: {
		en: {
			sentences: [
				"(how is|how's) (the|my|this) (computer|system|machine) [doing]",
				"[show|give|tell] [me] [the] system (information|info)",
				"(what is|what's) the system (load|information|info)",
				"tell me about (this|my) (computer|machine|system)",
			],
			fixed: [
				{ text: "how much [free] (memory|ram) (is|do i have) [free|left|available]", values: { topic: "memory" } },
				{ text: "(what is|what's|show) the memory usage", values: { topic: "memory" } },
				{
					text: "how much (disk|disk space|space|storage) (is|do i have) [free|left|available]",
					values: { topic: "disk" },
				},
				{
					text: "how much [free] (space|room|storage) (is|do i have) [free|left|available] on (my|the) [hard] (disk|drive|computer)",
					values: { topic: "disk" },
				},
				{ text: "how full is (my|the) [hard] (disk|drive)", values: { topic: "disk" } },
				{ text: "(what is|what's|how is|how's) the battery [level|status|charge]", values: { topic: "battery" } },
				{ text: "how much battery (is|do i have) [left]", values: { topic: "battery" } },
				{ text: "(what is|how full is) (my|the) battery [at|level|charge]", values: { topic: "battery" } },
				{ text: "(what is|what's|show) the (cpu|processor) (load|usage)", values: { topic: "processor" } },
				{ text: "how busy is (the|my|this) (computer|processor|cpu|machine)", values: { topic: "processor" } },
				{
					text: "how long has (the|my|this) (computer|machine|system) been (on|up|running)",
					values: { topic: "uptime" },
				},
			],
			examples: ["is my computer running out of memory", "am i low on disk space", "is the laptop charged"],
		},
	},
	say(info, { topic }) {
		const memory = `${size(info.memory.available_bytes)} of ${size(info.memory.total_bytes)} of memory are free`;
		const [disk] = info.disks;
		const space = disk === undefined ? "the disks could not be read" : `${size(disk.free_bytes)} of disk space is free`;
		const load = `the processor is ${Math.round(info.cpu_percent)} percent busy`;
		const battery =
			info.battery === undefined
				? "This machine has no battery"
				: `The battery is at ${Math.round(info.battery.percent)} percent${info.battery.charging ? " and charging" : ""}`;
		switch (topic) {
			case "memory":
				return `${memory}.`;
			case "disk":
				return `${capital(space)}.`;
			case "battery":
				return `${battery}.`;
			case "processor":
				return `${capital(load)}.`;
			case "uptime":
				return `It has been running for ${sayDuration(roughly(info.uptime_s))}.`;
			case "all":
				return `${memory}, ${space}, and ${load}.`;
		}
	},
	async run(_input, { host }: SystemAdapters) {
		const info = await host.info();
		return {
			hostname: info.hostname,
			system: info.system,
			processor: info.processor,
			cores: info.cores,
			cpu_percent: Math.round(info.cpuPercent * 10) / 10,
			memory: { total_bytes: info.memory.total, available_bytes: info.memory.available },
			disks: info.disks.map(({ mount, total, free }) => ({ mount, total_bytes: total, free_bytes: free })),
			...(info.battery === undefined ? {} : { battery: info.battery }),
			uptime_s: info.uptimeSeconds,
		};
	},
});

function size(bytes: number): string {
	const gigabytes = bytes / 1024 ** 3;
	if (gigabytes >= 1) return `${gigabytes >= 10 ? Math.round(gigabytes) : Math.round(gigabytes * 10) / 10} gigabytes`;
	return `${Math.round(bytes / 1024 ** 2)} megabytes`;
}

/** Of days nobody needs the minutes, of hours nobody the seconds. */
function roughly(seconds: number): number {
	const unit = [86_400, 3600, 60].find((length) => seconds >= length) ?? 1;
	return Math.floor(seconds / unit) * unit;
}
