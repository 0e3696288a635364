import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { exists } from "../../../core/files/index.ts";
import { resolveApplication, type SystemAdapters } from "../adapters/index.ts";

/** Opens an application by the name a person says. */
export const launchApplication = defineTool({
	name: "launch_application",
	title: "Open application",
	description:
		"Opens an installed application by its name, as the desktop lists it, with files or addresses if it opens such.",
	effect: "write",
	stateful: true,
	input: z.object({
		name: slot("name", z.string().trim().min(1).max(200)).describe("The application's name, as people say it"),
		arguments: z
			.array(z.string().max(4096))
			.max(50)
			.default([])
			.describe("Files and http(s) addresses to open with it; options are for execute_command"),
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
	async run(input, { applications, folders }: SystemAdapters) {
		const application = resolveApplication(input.name, await applications.list());
		if (input.arguments.length > 0 && !application.opens) {
			throw new AiosError("bad_request", `${application.name} does not say that it opens files or addresses.`, {
				fix: "Open it without arguments, or use execute_command.",
			});
		}
		const { pid } = await application.launch(await Promise.all(input.arguments.map((one) => openable(one, folders))));
		return { name: application.name, id: application.id, ...(pid === undefined ? {} : { pid }) };
	},
});

/** The address itself or the file's real path: an option could have the application run a program. */
async function openable(argument: string, folders: SystemAdapters["folders"]): Promise<string> {
	if (/^https?:\/\//i.test(argument)) return argument;
	const path = await folders.resolve(argument);
	if (await exists(path)) return path;
	throw new AiosError("bad_request", `${argument} is neither a file nor an http or https address.`, {
		fix: "Name a file that is there; for options use execute_command.",
	});
}
