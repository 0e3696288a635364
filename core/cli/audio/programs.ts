import { AiosError } from "../../contract/index.ts";

export interface Program {
	command: string;
	args: readonly string[];
}

/** Recorders in the order they are tried; each writes raw 16 kHz mono signed 16-bit little-endian to stdout. */
function recorders(platform: NodeJS.Platform): Program[] {
	const sox = ["-q", "-d", "-t", "raw", "-r", "16000", "-e", "signed-integer", "-b", "16", "-c", "1", "-"];
	const source: Partial<Record<NodeJS.Platform, string[]>> = {
		darwin: ["-f", "avfoundation", "-i", ":default"],
		win32: ["-f", "dshow", "-i", "audio=default"],
	};
	return [
		...(platform === "linux"
			? [
					{
						command: "parecord",
						args: ["--raw", "--format=s16le", "--rate=16000", "--channels=1", "--latency-msec=20"],
					},
					{ command: "arecord", args: ["-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1"] },
				]
			: []),
		{ command: "sox", args: sox },
		{
			command: "ffmpeg",
			args: [
				"-loglevel",
				"error",
				...(source[platform] ?? ["-f", "alsa", "-i", "default"]),
				...["-ar", "16000", "-ac", "1", "-f", "s16le", "-"],
			],
		},
	];
}

/** Players in the order they are tried; each reads a WAV file. */
function players(platform: NodeJS.Platform, file: string): Program[] {
	return [
		...(platform === "darwin" ? [{ command: "afplay", args: [file] }] : []),
		...(platform === "linux"
			? [
					{ command: "paplay", args: [file] },
					{ command: "aplay", args: ["-q", file] },
				]
			: []),
		{ command: "ffplay", args: ["-loglevel", "error", "-nodisp", "-autoexit", file] },
		{ command: "sox", args: ["-q", file, "-d"] },
	];
}

/** The recorder of this machine. Throws `missing_part` with what to install. */
export function findRecorder(platform: NodeJS.Platform = process.platform): Program {
	return firstPresent(recorders(platform), "record from the microphone", installHint(platform));
}

/** The program that plays a WAV file here. Throws `missing_part` with what to install. */
export function findPlayer(file: string, platform: NodeJS.Platform = process.platform): Program {
	return firstPresent(players(platform, file), "play sound", installHint(platform));
}

function firstPresent(programs: readonly Program[], purpose: string, fix: string): Program {
	const found = programs.find(({ command }) => Bun.which(command) !== null);
	if (found !== undefined) return found;
	const names = programs.map(({ command }) => command).join(", ");
	throw new AiosError("missing_part", `No program to ${purpose} was found (looked for ${names}).`, { fix });
}

function installHint(platform: NodeJS.Platform): string {
	if (platform === "darwin") return "Install one: brew install sox";
	if (platform === "win32") return "Install ffmpeg from ffmpeg.org and put it on the PATH.";
	return "Install one: apt-get install alsa-utils (or pulseaudio-utils, sox, ffmpeg)";
}
