import { z } from "zod";
import { AiosError, defineTool, serverStatus } from "../../../core/contract/index.ts";
import { sayCount, sayDuration, sayList } from "../../../core/text/index.ts";
import type { MainAdapters } from "../adapters/index.ts";

export const repeat = defineTool({
	name: "repeat",
	title: "Repeat",
	description: "Says the last answer of this session again, or what the person had said.",
	effect: "read",
	input: z.object({ what: z.enum(["answer", "command"]).default("answer") }),
	output: z.object({ text: z.string() }),
	voice: {
		en: {
			sentences: [
				"(repeat|say) [that|it|this] [again|once more|one more time]",
				"(repeat that|repeat it|repeat what you said|repeat the last answer|repeat yourself)",
				"(what did you [just|last] say|what was that|come again|once more|one more time|i did not hear [that|you]|i did not catch that|i did not understand that|pardon|pardon me|sorry what)",
				"(say|tell me) (that|it) again",
				"(what|how) was that again",
				"i (did not|could not) (hear|catch|get|understand) (that|you|it)",
			],
			fixed: [
				{ text: "what did i [just] (say|ask|ask for|ask you|tell you)", values: { what: "command" } },
				{ text: "what (have you heard|did you hear|did you understand)", values: { what: "command" } },
				{ text: "(repeat|tell me) what i [just] said", values: { what: "command" } },
			],
			examples: ["i couldn't hear you"],
		},
	},
	say: ({ text }, { what }) => (what === "answer" ? text : `You said: "${text}".`),
	async run({ what }, { lastTurn }: MainAdapters, { user, session }) {
		const turn = await lastTurn(user.id, session);
		const text = what === "answer" ? turn?.reply : turn?.heard;
		if (text !== undefined) return { text };
		throw new AiosError(
			"not_found",
			what === "answer" ? "I haven't said anything yet." : "You haven't said anything yet.",
		);
	},
});

export const systemStatus = defineTool({
	name: "system_status",
	title: "System status",
	description: "Tells whether every part of the assistant works, and what is wrong where one doesn't.",
	effect: "read",
	input: z.object({}),
	output: z.object({
		status: z.enum(["starting", "healthy", "degraded"]),
		version: z.string(),
		uptime_s: z.number(),
		servers: z.array(
			z.object({
				name: z.string(),
				title: z.string(),
				status: serverStatus,
				reason: z.string().optional(),
				tools: z.number(),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(system|server|servers) status",
				"(what is|show|show me|give me|tell me|check|report) [the|your] (status|system status|server status|state of the system|status of the system|status of [all] [the] servers)",
				"(are|is) (all|all of) [the|your] (servers|systems|services) (running|up|okay|healthy|online|working)",
				"is everything (okay|all right|alright|running|working|up|fine|in order) [all right|fine|okay]",
				"are you (okay|working|healthy|all right|running)",
				"(which|what) servers are (running|up|down|online|healthy|broken)",
				"how long have you been (running|up|on)",
				"(run|do) [a] (health check|self test|system check)",
				"status [report]",
			],
			examples: ["is something broken"],
		},
	},
	say: ({ status, servers, uptime_s }) => {
		const wrong = servers.filter((server) => server.status !== "healthy");
		if (wrong.length === 0 && status === "healthy") {
			return `All ${sayCount(servers.length, "server")} are healthy. I've been running for ${sayDuration(roughly(uptime_s))}.`;
		}
		const named = wrong.map(
			({ title, status: how, reason }) => `${title} is ${how}${reason === undefined ? "" : `: ${reason}`}`,
		);
		return named.length === 0 ? `The system is ${status}.` : `${sayList(named)}.`;
	},
	run(_, { status }: MainAdapters, { user }) {
		const administers = (user.base ?? user.role) === "administrator";
		const { status: overall, version, uptime_s, servers } = status();
		return {
			status: overall,
			version,
			uptime_s,
			servers: servers.map(({ name, title, type, status: how, reason, tools }) => ({
				name,
				title,
				status: how,
				// What a registered server said can hold its address, and that what lets one in there.
				reason: administers || type === "built-in" ? reason : undefined,
				tools,
			})),
		};
	},
});

/** Nobody needs the seconds of an hour. */
function roughly(seconds: number): number {
	return seconds < 60 ? seconds : seconds - (seconds % 60);
}
