import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { resolveApplication, type SystemAdapters } from "../adapters/index.ts";

/** Opens an application by the name a person says. */
export const launchApplication = defineTool({
	name: "launch_application",
	title: "Open application",
	description: "Opens an installed application by its name, as the desktop lists it, with optional arguments.",
	effect: "write",
	stateful: true,
	input: z.object({
		name: slot("name", z.string().trim().min(1).max(200)).describe("The application's name, as people say it"),
		arguments: z
			.array(z.string().max(4096))
			.max(50)
			.default([])
			.describe("Files, addresses or options to open it with"),
	}),
	output: z.object({ name: z.string(), id: z.string(), pid: z.number().int().optional() }),
	voice: {
		en: {
			sentences: [
				"(launch|start|open) [the] [application|app|program] {name}",
				"(launch|start|open) [up] [the] {name} (application|app|program)",
				"(fire|bring|start) up [the] {name}",
				"(run|use) [the] (application|app|program) {name}",
				"run [the] {name} (application|app|program)",
			],
			examples: ["open firefox", "launch the calculator", "start the terminal app", "i want to use libre office"],
			ask: { name: "Which application?" },
		},
	},
	summary: ({ name, arguments: args }) => `Open ${name}${args.length === 0 ? "" : ` with ${args.join(" ")}`}`,
	say: ({ name }) => `Opening ${name}.`,
	async run(input, { applications }: SystemAdapters) {
		const application = resolveApplication(input.name, await applications.list());
		const { pid } = await application.launch(input.arguments);
		return { name: application.name, id: application.id, ...(pid === undefined ? {} : { pid }) };
	},
});
