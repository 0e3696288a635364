import { z } from "zod";
import type { PreviousCall } from "../contract/index.ts";
import { yesOrNo } from "../text/index.ts";

/** What a tool answers that began work which goes on: its handle, under either name. */
const handleSchema = z.object({
	status: z.string(),
	id: z.string().optional(),
	execution: z.string().optional(),
});

/** The handle in what a tool gave, and whether its work still runs; undefined where there is none. */
export function handleIn(output: unknown): { handle: Record<string, string>; running: boolean } | undefined {
	const found = handleSchema.safeParse(output);
	if (!found.success) return undefined;
	const { status, id, execution } = found.data;
	if (id === undefined && execution === undefined) return undefined;
	const handle = { ...(id === undefined ? {} : { id }), ...(execution === undefined ? {} : { execution }) };
	return { handle, running: status === "running" };
}

/** Works remembered of a conversation at most. */
const mostRemembered = 8;

/** The works of a conversation that run, the newest first, after what a tool gave: one came, one ended, or neither. */
export function worksAfter(works: readonly PreviousCall[], call: PreviousCall, output: unknown): PreviousCall[] {
	const found = handleIn(output);
	if (found === undefined) return [...works];
	const { handle, running } = found;
	const isIt = ({ server, arguments: input }: PreviousCall) =>
		server === call.server && Object.entries(handle).every(([name, value]) => input[name] === value);
	if (!running) return works.filter((work) => !isIt(work));
	if (works.some(isIt)) return [...works];
	return [{ ...call, arguments: { ...call.arguments, ...handle } }, ...works].slice(0, mostRemembered);
}

/** What each tool that looks at work is asked with, and each that ends it. */
export const lookingWords = "how is it going";
export const endingWords = "stop it";

/** The whole of what was said asks that something stops. */
export function asksToStop(text: string): boolean {
	return yesOrNo(text) === false && !/^\W*no\b/i.test(text);
}

/** The whole of what was said asks what is under way. */
export function asksWhatRuns(text: string): boolean {
	return /^(?:so |and )?(?:what(?:'s|’s| is| are you) (?:still |currently )?(?:running|going on|in progress|under way|doing|working on)|are you (?:still )?(?:working|busy)|is (?:anything|something) (?:still )?(?:running|going on))(?: (?:right now|now|at the moment))?[?.!]*$/i.test(
		text.trim(),
	);
}
