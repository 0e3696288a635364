import { type Command, InvalidArgumentError } from "commander";
import { io, type Socket } from "socket.io-client";
import { joined } from "../audio/index.ts";
import {
	AiosError,
	type Reply,
	type ServerEvent,
	type ServerEventName,
	sampleRate,
	serverEvents,
} from "../contract/index.ts";
import { microphone, play } from "../sound/index.ts";
import { childEnvironment } from "./audio/environment.ts";
import { recording } from "./audio/sources.ts";
import { notRunning } from "./client.ts";
import type { CliDeps } from "./deps.ts";
import { explain } from "./say.ts";

interface ListenOptions {
	file?: string;
	mode: "push-to-talk" | "hands-free";
	mute?: true;
	wait: number;
}

/** Silence after a recording, so that its last turn ends as it would in a room. */
const silenceAfterMs = 2_500;

/** `aios listen`: the terminal as a microphone and a loudspeaker. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("listen")
		.description("speak to it from the terminal; Ctrl-C ends")
		.option("--file <wav>", "play this recording in real time in place of the microphone")
		.option("--mode <mode>", "push-to-talk (one command) or hands-free (wake phrase)", readMode, "push-to-talk")
		.option("--mute", "print the answers without saying them")
		.option("--wait <seconds>", "how long to wait for the answer once the sound is over", readSeconds, 30)
		.action((options: ListenOptions) => listen(options, deps));
}

async function listen(options: ListenOptions, deps: CliDeps): Promise<void> {
	const source =
		options.file === undefined
			? microphone({ env: childEnvironment() })
			: await recording(options.file, silenceAfterMs);
	const { url, key } = await deps.client();
	const socket = io(url, { auth: { token: key }, transports: ["websocket"], reconnection: false });
	const stop = new AbortController();
	deps.signal.addEventListener("abort", () => stop.abort(), { once: true });
	try {
		await connected(socket, url);
		const ended = hear(socket, options, stop, deps);
		await socket.timeout(10_000).emitWithAck("audio:start", { sampleRate, mode: options.mode, session: "terminal" });
		deps.note(options.file === undefined ? "Listening. Speak; Ctrl-C ends." : `Playing ${options.file}.`);
		for await (const frame of source(stop.signal)) {
			socket.emit("audio:chunk", new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength));
		}
		socket.emit("audio:stop");
		if (!deps.signal.aborted) await Promise.race([ended, Bun.sleep(options.wait * 1000).then(() => tooLong(options))]);
	} finally {
		socket.disconnect();
	}
}

/** Prints what the assistant hears and answers. Resolves when the one command of push-to-talk was answered and heard. */
function hear(socket: Socket, options: ListenOptions, stop: AbortController, deps: CliDeps): Promise<void> {
	const speech = new Map<string, { pcm: Int16Array[]; rate: number }>();
	const single = options.mode === "push-to-talk";
	return new Promise((resolve, reject) => {
		let answered: Reply | undefined;
		const finish = () => {
			stop.abort();
			resolve();
		};
		on(socket, "transcript:partial", ({ text }) => deps.note(`  … ${text}`));
		on(socket, "transcript:final", ({ text }) => deps.note(`> ${text}`));
		on(socket, "error", ({ code, message, fix }) =>
			deps.note(`✗ ${message}${fix === undefined ? "" : ` ${fix}`} (${code})`),
		);
		on(socket, "reply", (reply) => {
			answered = reply;
			deps.print(reply.reply);
			explain(reply, deps);
			if (reply.status === "failed" || reply.status === "unknown") process.exitCode = 1;
			if (single) stop.abort();
			if (single && options.mute) finish();
		});
		on(socket, "audio:cancel", ({ turn }) => speech.delete(turn));
		on(socket, "audio:reply", ({ turn, pcm, sampleRate: rate, last }) => {
			const heard = speech.get(turn) ?? { pcm: [], rate };
			heard.pcm.push(new Int16Array(pcm.slice().buffer));
			speech.set(turn, heard);
			if (!last) return;
			speech.delete(turn);
			const over = options.mute
				? Promise.resolve()
				: play(joined(heard.pcm), heard.rate, { env: childEnvironment() }, deps.signal);
			over.then(() => single && answered?.turn === turn && finish(), reject);
		});
		socket.on("disconnect", (reason) => {
			if (reason !== "io client disconnect")
				reject(new AiosError("unavailable", `The connection was lost (${reason}).`));
		});
	});
}

function connected(socket: Socket, url: string): Promise<void> {
	return new Promise((resolve, reject) => {
		socket.once("connect", resolve);
		socket.once("connect_error", (cause) => reject(notRunning(url, cause)));
	});
}

/** Listens to one event of the contract; what does not fit its schema is not shown. */
function on<N extends ServerEventName>(socket: Socket, name: N, listener: (payload: ServerEvent<N>) => void): void {
	const listenTo: Socket["on"] = socket.on.bind(socket);
	listenTo(String(name), (payload: unknown) => {
		const parsed = serverEvents[name].safeParse(payload);
		if (parsed.success) listener(parsed.data as ServerEvent<N>);
	});
}

function tooLong(options: ListenOptions): never {
	throw new AiosError("timeout", `No answer came within ${options.wait} seconds after the sound was over.`, {
		fix: "Was there speech in it? See what it hears on the page, or run aios doctor.",
	});
}

function readMode(value: string): ListenOptions["mode"] {
	if (value === "push-to-talk" || value === "hands-free") return value;
	throw new InvalidArgumentError("It is push-to-talk or hands-free.");
}

function readSeconds(value: string): number {
	const seconds = Number(value);
	if (Number.isFinite(seconds) && seconds > 0) return seconds;
	throw new InvalidArgumentError("It is a number of seconds.");
}
