import { z } from "zod";
import { AiosError, type Channel, type OpenSoundLine, principalSchema, type SoundLine } from "../contract/index.ts";

/** To the assistant. `line` numbers a microphone, counting up in the process that has it. */
const line = z.number().int();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const toAssistant = z.discriminatedUnion("type", [
	z.object({
		type: z.literal("open"),
		line,
		user: principalSchema,
		session: z.string(),
		mode: z.enum(["push-to-talk", "hands-free"]),
	}),
	z.object({ type: z.literal("sound"), line, pcm: bytes }),
	z.object({ type: z.literal("close"), line }),
]);

const fromAssistant = z.discriminatedUnion("type", [
	z.object({ type: z.literal("opened"), line }),
	z.object({
		type: z.literal("spoken"),
		line,
		piece: z.object({ turn: z.string(), sampleRate: z.number(), pcm: bytes, last: z.boolean() }),
	}),
	z.object({ type: z.literal("hushed"), line }),
	z.object({
		type: z.literal("ended"),
		line,
		error: z.object({
			code: z.string(),
			message: z.string(),
			spoken: z.string().optional(),
			fix: z.string().optional(),
		}),
	}),
]);

/** The side that has microphones: gives the `listen` of {@link ServerDeps}. */
export function openSoundLines(channel: Channel): (sound: SoundLine) => Promise<OpenSoundLine> {
	const lines = new Map<number, { sound: SoundLine; opened(): void; refused(error: AiosError): void }>();
	let last = 0;
	const post = (message: z.input<typeof toAssistant>) => channel.post(message);
	const end = (number: number, error: AiosError) => {
		const known = lines.get(number);
		if (!lines.delete(number)) return;
		known?.refused(error);
		known?.sound.ended(error);
	};
	channel.onMessage((raw) => {
		const message = fromAssistant.safeParse(raw);
		if (!message.success) return;
		const known = lines.get(message.data.line);
		if (message.data.type === "opened") known?.opened();
		if (message.data.type === "spoken") known?.sound.spoken(message.data.piece);
		if (message.data.type === "hushed") known?.sound.hushed();
		if (message.data.type === "ended") end(message.data.line, AiosError.fromJSON(message.data.error));
	});
	channel.onClose(() => {
		for (const number of lines.keys()) end(number, new AiosError("unavailable", "The assistant is gone."));
	});
	return (sound) =>
		new Promise((resolve, reject) => {
			last += 1;
			const number = last;
			const { user, session, mode } = sound;
			const open: OpenSoundLine = {
				push: (pcm) => lines.has(number) && post({ type: "sound", line: number, pcm }),
				close: () => lines.delete(number) && post({ type: "close", line: number }),
			};
			lines.set(number, { sound, opened: () => resolve(open), refused: reject });
			const { permissions, ask, ...who } = user;
			const asked = { ...who, permissions: [...permissions], ...(ask && { ask: [...ask] }) };
			post({ type: "open", line: number, user: asked, session, mode });
		});
}

/** The side that has the assistant: `open` begins to listen to a line, or throws why not. */
export function serveSoundLines(channel: Channel, open: (sound: SoundLine) => OpenSoundLine): void {
	const lines = new Map<number, OpenSoundLine>();
	const post = (message: z.input<typeof fromAssistant>) => channel.post(message);
	const ended = (number: number, thrown: unknown) => {
		lines.delete(number);
		post({ type: "ended", line: number, error: AiosError.from(thrown).toJSON() });
	};
	function start(number: number, asked: Pick<SoundLine, "user" | "session" | "mode">): void {
		try {
			const opened = open({
				...asked,
				spoken: ({ turn, sampleRate, pcm, last }) =>
					post({ type: "spoken", line: number, piece: { turn, sampleRate, pcm, last } }),
				hushed: () => post({ type: "hushed", line: number }),
				ended: (error) => ended(number, error),
			});
			lines.set(number, opened);
			post({ type: "opened", line: number });
		} catch (thrown) {
			ended(number, thrown);
		}
	}
	channel.onMessage((raw) => {
		const message = toAssistant.safeParse(raw);
		if (!message.success) return;
		const { line: number } = message.data;
		if (message.data.type === "open") start(number, message.data);
		if (message.data.type === "sound") lines.get(number)?.push(message.data.pcm);
		if (message.data.type === "close") {
			lines.get(number)?.close();
			lines.delete(number);
		}
	});
	channel.onClose(() => {
		for (const opened of lines.values()) opened.close();
		lines.clear();
	});
}
