import type { Call, World } from "./world.ts";

/** A way around a guard that was reported in public, and the ordinary use that must go on working beside it. */
export interface Attempt {
	name: string;
	/** The advisory, or the class of weakness where there are many. */
	reported: string;
	attempt(world: World): Promise<unknown>;
	legitimate(world: World): Promise<unknown>;
}

/** An attempt that is some calls, each to be refused, beside one that works. */
export function refusal(
	name: string,
	reported: string,
	calls: (world: World) => Call[],
	legitimate: (world: World) => Call,
	codes?: RegExp,
): Attempt {
	return {
		name,
		reported,
		async attempt(world) {
			for (const call of calls(world)) await world.refused(call, codes);
		},
		legitimate: (world) => world.works(legitimate(world)),
	};
}

export const run = (command: string, rest: object = {}): Call => ["system", "execute_command", { command, ...rest }];
export const read = (path: string): Call => ["system", "read_file", { path }];
export const write = (path: string, content = "x"): Call => [
	"system",
	"write_file",
	{ path, content, overwrite: true },
];
export const git = (...words: string[]): Call => [
	"ide",
	"git_command",
	{ repository: "projects/sample", arguments: words },
];
export const open = (url: string): Call => ["browser", "open_url", { url }];
