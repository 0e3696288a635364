import { z } from "zod";
import type { Channel } from "../contract/index.ts";

/** Every message between the main process and a server's process: which line it is for, and what it says. */
export const envelopeSchema = z.object({ topic: z.string(), body: z.unknown() });

/** What the main process says on the "control" topic. Any further fields of `start` are the composition's own. */
export const toProcessSchema = z.discriminatedUnion("type", [
	z.looseObject({ type: z.literal("start"), port: z.number() }),
	/** Finish the calls being answered, take no more, and exit. */
	z.object({ type: z.literal("drain") }),
]);

/** A {@link Requirement} as it travels between processes. */
export const requirementSchema = z.object({
	name: z.string(),
	ok: z.boolean(),
	detail: z.string(),
	fix: z.string().optional(),
});

/** What a server's process says on the "control" topic. */
export const fromProcessSchema = z.discriminatedUnion("type", [
	z.object({ type: z.literal("ready"), port: z.number(), requirements: z.array(requirementSchema) }),
	/** It can't start; the process exits after saying so. */
	z.object({ type: z.literal("failed"), message: z.string() }),
]);

export interface Lines {
	/** A line of this topic; the same one for the same topic. */
	channel(topic: string): Channel;
	/** Takes what came from the other side. */
	receive(raw: unknown): void;
	/** The other side is gone. */
	close(): void;
}

/** Divides one IPC connection into a {@link Channel} a topic. Messages for a topic nobody has opened yet wait for it. */
export function createLines(send: (message: unknown) => void): Lines {
	const topics = new Map<string, { channel: Channel; deliver(message: unknown): void; closed(): void }>();
	let open = true;

	function line(topic: string) {
		const known = topics.get(topic);
		if (known !== undefined) return known;
		const listeners: ((message: unknown) => void)[] = [];
		const onClose: (() => void)[] = [];
		const waiting: unknown[] = [];
		const channel: Channel = {
			post: (body) => {
				if (open) send({ topic, body });
			},
			onMessage: (listener) => {
				listeners.push(listener);
				for (const message of waiting.splice(0)) listener(message);
			},
			onClose: (listener) => {
				if (open) onClose.push(listener);
				else queueMicrotask(listener);
			},
		};
		const made = {
			channel,
			deliver(message: unknown) {
				if (listeners.length === 0) waiting.push(message);
				for (const listener of listeners) listener(message);
			},
			closed() {
				for (const listener of onClose.splice(0)) listener();
			},
		};
		topics.set(topic, made);
		return made;
	}

	return {
		channel: (topic) => line(topic).channel,
		receive(raw) {
			const message = envelopeSchema.safeParse(raw);
			if (message.success && open) line(message.data.topic).deliver(message.data.body);
		},
		close() {
			if (!open) return;
			open = false;
			for (const { closed } of topics.values()) closed();
		},
	};
}
