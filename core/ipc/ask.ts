import { z } from "zod";
import { AiosError, abortError, type Channel } from "../contract/index.ts";

const questionSchema = z.union([
	z.object({ ask: z.number(), about: z.unknown() }),
	/** Nobody waits for that answer any more. */
	z.object({ cancel: z.number() }),
]);
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

/** Questions over a channel, each with its answer; aborting `signal` cancels one on both sides. Rejects with the other side's error, or `unavailable` when it is gone. */
export function createAsker(channel: Channel): (about: unknown, signal?: AbortSignal) => Promise<unknown> {
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
	return (about, signal) => {
		if (signal?.aborted) return Promise.reject(abortError(signal));
		last += 1;
		const own = last;
		const { promise, resolve, reject } = Promise.withResolvers<unknown>();
		const onAbort = () => {
			if (signal === undefined || !open.delete(own)) return;
			channel.post({ cancel: own });
			reject(abortError(signal));
		};
		signal?.addEventListener("abort", onAbort, { once: true });
		open.set(own, { resolve, reject });
		channel.post({ ask: own, about });
		return promise.finally(() => signal?.removeEventListener("abort", onAbort));
	};
}

/** Answers the questions of {@link createAsker} on the other side. */
export function answerQuestions(
	channel: Channel,
	answer: (about: unknown, signal: AbortSignal) => Promise<unknown> | unknown,
): void {
	const open = new Map<number, AbortController>();
	channel.onMessage(async (raw) => {
		const message = questionSchema.safeParse(raw);
		if (!message.success) return;
		if ("cancel" in message.data) return open.get(message.data.cancel)?.abort();
		const { ask, about } = message.data;
		const controller = new AbortController();
		open.set(ask, controller);
		try {
			channel.post({ answer: ask, value: await answer(about, controller.signal) });
		} catch (thrown) {
			channel.post({ answer: ask, error: AiosError.from(thrown).toJSON() });
		} finally {
			open.delete(ask);
		}
	});
	channel.onClose(() => {
		for (const controller of open.values()) controller.abort();
	});
}
