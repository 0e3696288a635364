import { z } from "zod";
import { AiosError, type Channel } from "../contract/index.ts";

const questionSchema = z.object({ ask: z.number(), about: z.unknown() });
const answerSchema = z.union([
	z.object({ answer: z.number(), value: z.unknown() }),
	z.object({
		answer: z.number(),
		error: z.object({
			code: z.string(),
			message: z.string(),
			spoken: z.string().optional(),
			fix: z.string().optional(),
			details: z.record(z.string(), z.unknown()).optional(),
		}),
	}),
]);

/** Questions over a channel, each with its answer. Rejects with the other side's error, or `unavailable` when it is gone. */
export function createAsker(channel: Channel): (about: unknown) => Promise<unknown> {
	const open = new Map<number, { resolve(value: unknown): void; reject(error: AiosError): void }>();
	let last = 0;
	channel.onMessage((raw) => {
		const message = answerSchema.safeParse(raw);
		if (!message.success) return;
		const waiting = open.get(message.data.answer);
		open.delete(message.data.answer);
		if ("error" in message.data) waiting?.reject(AiosError.fromJSON(message.data.error));
		else waiting?.resolve(message.data.value);
	});
	channel.onClose(() => {
		for (const { reject } of open.values()) reject(new AiosError("unavailable", "The other process is gone."));
		open.clear();
	});
	return (about) =>
		new Promise((resolve, reject) => {
			last += 1;
			open.set(last, { resolve, reject });
			channel.post({ ask: last, about });
		});
}

/** Answers the questions of {@link createAsker} on the other side. */
export function answerQuestions(channel: Channel, answer: (about: unknown) => Promise<unknown> | unknown): void {
	channel.onMessage(async (raw) => {
		const message = questionSchema.safeParse(raw);
		if (!message.success) return;
		const { ask, about } = message.data;
		try {
			channel.post({ answer: ask, value: await answer(about) });
		} catch (thrown) {
			channel.post({ answer: ask, error: AiosError.from(thrown).toJSON() });
		}
	});
}
