import { spawn } from "node:child_process";
import { AiosError } from "../contract/index.ts";
import type { Recording } from "./recording.ts";

/**
 * What ffmpeg may take a file for: containers of sound and film alone. Playlists are none, since they can name other
 * files and addresses.
 */
const formats =
	"aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,gsm,loas,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,oma,tta,voc,w64,wav,wv";
const narrow = ["-protocol_whitelist", "file", "-format_whitelist", formats];

/** A recording in any usual format by ffmpeg. Throws `missing_part` without it, `unsupported` for what is no recording. */
export async function convert(path: string, env: Readonly<Record<string, string | undefined>>): Promise<Recording> {
	const program = (name: string) => Bun.which(name, { PATH: env.PATH ?? "" });
	const [ffmpeg, ffprobe] = [program("ffmpeg"), program("ffprobe")];
	if (ffmpeg === null) {
		throw new AiosError("missing_part", "Recordings other than WAV need ffmpeg, which is not installed.", {
			spoken: "I can only read WAV recordings here. For others, install ffmpeg.",
			fix: "Install ffmpeg, or give a WAV file.",
		});
	}
	const seconds = ffprobe === null ? undefined : await lengthOf(ffprobe, path, env);
	return {
		...(seconds === undefined ? {} : { seconds }),
		pieces: (signal) => decoded(ffmpeg, path, env, signal),
	};
}

async function lengthOf(
	ffprobe: string,
	path: string,
	env: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
	const shown = ["-show_entries", "format=duration", "-of", "default=noprint_wrappers=1:nokey=1"];
	const child = Bun.spawn([ffprobe, "-v", "error", ...narrow, ...shown, "-i", `file:${path}`], {
		env: { ...env },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "ignore",
		timeout: 20_000,
	});
	const seconds = Number.parseFloat(await new Response(child.stdout).text());
	return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

async function* decoded(
	ffmpeg: string,
	path: string,
	env: Readonly<Record<string, string | undefined>>,
	signal?: AbortSignal,
): AsyncGenerator<Int16Array, void, void> {
	const output = ["-map", "0:a:0", "-vn", "-f", "s16le", "-ac", "1", "-ar", "16000", "pipe:1"];
	const child = spawn(ffmpeg, ["-nostdin", "-v", "error", ...narrow, "-i", `file:${path}`, ...output], {
		env: { ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-4_000);
	});
	const ended = new Promise<number | null>((resolve) => {
		child.once("close", resolve);
		child.once("error", () => resolve(null));
	});
	const stop = () => child.kill("SIGKILL");
	signal?.addEventListener("abort", stop, { once: true });
	let samples = 0;
	try {
		let rest = new Uint8Array(0);
		for await (const chunk of child.stdout) {
			const bytes: Buffer = Buffer.concat([rest, chunk]);
			const whole = bytes.length - (bytes.length % 2);
			rest = Uint8Array.from(bytes.subarray(whole));
			// A copy lies at an even address, which 16-bit samples must.
			const pcm = new Int16Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
			samples += pcm.length;
			if (pcm.length > 0) yield pcm;
		}
		signal?.throwIfAborted();
		// A file that breaks off keeps what there was of it.
		if ((await ended) !== 0 && samples === 0) throw unreadable(said.replaceAll(`file:${path}: `, ""));
	} finally {
		signal?.removeEventListener("abort", stop);
		stop();
	}
}

function unreadable(said: string): AiosError {
	const why = said.trim().split("\n").at(-1) ?? "";
	return new AiosError("unsupported", `This is not a recording that can be read${why === "" ? "" : `: ${why}`}.`, {
		spoken: "I can't read that recording.",
		fix: "Give a recording in a usual format, such as WAV, MP3, M4A, OGG or FLAC.",
	});
}
