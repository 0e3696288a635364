import { z } from "zod";
import { AiosError, type Reply, type Warning } from "../contract/index.ts";

/** A reply before it has its turn and times. */
export type Stage = Pick<Reply, "status" | "reply"> & Partial<Reply>;

export const nothingServes = "I don't know how to do that. Say help to hear what I can do.";
export const declined = "Okay, I won't.";

/** "Say that again" is answered with what was said before it, however often. */
export function isRepeat({ server, tool }: Reply): boolean {
	return server === "main" && tool === "repeat";
}

const questionSchema = z.object({
	ask: z.object({ slot: z.string(), question: z.string() }),
	choices: z.array(z.string()).optional(),
});

/** The question a tool asks back where what was said fits several things, or none. */
export function questionIn(thrown: unknown): { slot: string; question: string; choices?: string[] } | undefined {
	if (!(thrown instanceof AiosError)) return undefined;
	const found = questionSchema.safeParse(thrown.details).data;
	return found && { ...found.ask, ...(found.choices === undefined ? {} : { choices: found.choices }) };
}

export function cancelled(reply: string): Stage {
	return { status: "failed", reply, error: { code: "cancelled", message: "You said no, so nothing was done." } };
}

/** Says a warning aloud too, where the answer is not that very thing. */
export function warn(reply: Reply, warning: Warning): void {
	reply.warning = warning;
	if (reply.error?.code !== warning.code) reply.reply = `${asSentence(reply.reply)} ${warning.message}`;
}

export function rounded(ms: number): number {
	return Math.round(ms * 100) / 100;
}

export function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
