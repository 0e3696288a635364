import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import type { SystemAdapters } from "../adapters/index.ts";

/** Shows a notification on the desktop. */
export const notify = defineTool({
	name: "notify",
	title: "Notify",
	description: "Shows a notification on this machine's desktop.",
	effect: "write",
	input: z.object({
		message: slot("text", z.string().min(1).max(2000)),
		title: z.string().min(1).max(200).default("AIOS"),
	}),
	output: z.object({ shown: z.literal(true) }),
	voice: {
		en: {
			sentences: [
				"(show|send|display|pop up) [me] [a] (notification|desktop notification) [that says|saying] {message}",
				"notify me that {message}",
			],
		},
	},
	say: () => "The notification is shown.",
	async run({ title, message }, { desktop }: SystemAdapters) {
		await desktop.notify(title, message);
		return { shown: true as const };
	},
});
