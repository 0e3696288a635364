import { AiosError } from "../contract/index.ts";

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

/** Players of raw mono signed 16-bit little-endian from stdin, so that speech is heard while it is still being made. */
function streamPlayers(platform: NodeJS.Platform, rate: number): Program[] {
	return [
		...(platform === "linux"
			? [
					{ command: "paplay", args: ["--raw", "--format=s16le", `--rate=${rate}`, "--channels=1"] },
					{ command: "aplay", args: ["-q", "-t", "raw", "-f", "S16_LE", "-r", `${rate}`, "-c", "1"] },
				]
			: []),
		{
			command: "sox",
			args: ["-q", "-t", "raw", "-r", `${rate}`, "-e", "signed-integer", "-b", "16", "-c", "1", "-", "-d"],
		},
		{
			command: "ffplay",
			args: [
				...["-loglevel", "error", "-nodisp", "-autoexit", "-f", "s16le"],
				...["-sample_rate", `${rate}`, "-ch_layout", "mono", "-i", "-"],
			],
		},
	];
}

/** Where programs are looked for. */
export interface Place {
	/** The environment programs are started with; its PATH is searched. */
	env: Readonly<Record<string, string>>;
	platform?: NodeJS.Platform;
}

/** The recorder of this machine. Throws `missing_part` with what to install. */
export function findRecorder({ env, platform = process.platform }: Place): Program {
	return firstPresent(recorders(platform), env, "record from the microphone", installHint(platform));
}

/** The program that plays a WAV file here. Throws `missing_part` with what to install. */
export function findPlayer(file: string, { env, platform = process.platform }: Place): Program {
	return firstPresent(players(platform, file), env, "play sound", installHint(platform));
}

/** The program that plays raw samples as they come. Throws `missing_part` with what to install. */
export function findStreamPlayer(rate: number, { env, platform = process.platform }: Place): Program {
	return firstPresent(streamPlayers(platform, rate), env, "play sound", installHint(platform));
}

function firstPresent(programs: readonly Program[], env: Place["env"], purpose: string, fix: string): Program {
	const found = programs.find(({ command }) => Bun.which(command, { PATH: env.PATH ?? "" }) !== null);
	if (found !== undefined) return found;
	const names = programs.map(({ command }) => command).join(", ");
	throw new AiosError("missing_part", `No program to ${purpose} was found (looked for ${names}).`, { fix });
}

function installHint(platform: NodeJS.Platform): string {
	if (platform === "darwin") return "Install one: brew install sox";
	if (platform === "win32") return "Install ffmpeg from ffmpeg.org and put it on the PATH.";
	return "Install one: apt-get install alsa-utils (or pulseaudio-utils, sox, ffmpeg)";
}
