import { z } from "zod";
import { AiosError, type Announcement, type Principal, principalSchema, type Reply } from "../contract/index.ts";
import { answerQuestions } from "./ask.ts";
import type { Lines } from "./envelope.ts";

/** What a server's process may ask of the main process, on the "main" topic. */
export const processQuestionSchema = z.discriminatedUnion("type", [
	z.object({ type: z.literal("authenticate"), credential: z.string() }),
	z.object({
		type: z.literal("command"),
		text: z.string(),
		session: z.string(),
		user: principalSchema,
		traceparent: z.string().optional(),
	}),
	/** A call that came to the server itself acted or was refused; `code` is what it failed with. */
	z.object({
		type: z.literal("audit"),
		user: principalSchema,
		tool: z.string(),
		digest: z.string(),
		code: z.string().optional(),
	}),
	z.object({
		type: z.literal("announce"),
		announcement: z.object({ text: z.string(), kind: z.enum(["notice", "alarm"]), userId: z.string().optional() }),
	}),
]);

export interface ProcessQuestions {
	/** Who holds a credential given to that server. Throws `unauthenticated`. */
	authenticate(server: string, credential: string): Promise<Principal> | Principal;
	/** Runs a command as if it had been typed; `traceparent` is what it is a part of. */
	command?(text: string, session: string, user: Principal, signal: AbortSignal, traceparent?: string): Promise<Reply>;
	announce?(announcement: Announcement): void;
	/** Keeps a call that came to a server itself. */
	audit?(call: DirectCall): void;
}

/** A call that came to a server's own port, for the audit log: `digest` is of its arguments, `code` what it failed with. */
export interface DirectCall {
	user: Principal;
	server: string;
	tool: string;
	digest: string;
	code?: string;
}

/** Answers one process: it holds no keys and no database, so it asks here who a caller is. */
export function serveQuestions(server: string, lines: Lines, questions: ProcessQuestions): void {
	answerQuestions(lines.channel("main"), async (about, signal) => {
		const question = processQuestionSchema.parse(about);
		if (question.type === "authenticate") return questions.authenticate(server, question.credential);
		if (question.type === "audit") return questions.audit?.({ server, ...question });
		if (question.type === "announce") return questions.announce?.(question.announcement);
		if (questions.command === undefined) throw new AiosError("unsupported", "Commands are not taken here.");
		const { text, session, user, traceparent } = question;
		return questions.command(text, session, user, signal, traceparent);
	});
}
