import { execFileSync, spawn } from "node:child_process";
import { chmodSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleRate } from "../../../core/contract/index.ts";
import { until } from "../../e2e/harness/wait.ts";

/** Whether sound devices can be made here. */
export const hasPulse = ["pulseaudio", "pactl", "parec"].every((command) => Bun.which(command) !== null);

/** A loudspeaker and a microphone that exist in a PulseAudio of their own only. */
export interface Devices {
	/** The environment in which a program's sound goes through them. */
	environment: Record<string, string>;
	/** What the loudspeaker plays, 16 kHz mono, in pieces as it plays. */
	played(): AsyncIterable<Int16Array>;
	/** What the microphone hears next, 16 kHz mono. */
	hear(pcm: Int16Array): void;
	close(): Promise<void>;
}

/** The loudspeaker runs at 48 kHz, the microphone at 16 kHz, as a headset's does. */
export async function openDevices(): Promise<Devices> {
	const folder = mkdtempSync(join(tmpdir(), "aios-pulse-"));
	const runtime = join(folder, "pulse");
	mkdirSync(runtime);
	chmodSync(runtime, 0o700);
	const socket = join(folder, "socket");
	const pipe = join(folder, "microphone");
	const environment = {
		PULSE_SERVER: `unix:${socket}`,
		PULSE_RUNTIME_PATH: runtime,
		XDG_RUNTIME_DIR: folder,
		HOME: folder,
	};
	const env = { ...process.env, ...environment };
	const modules = [
		`module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
		"module-null-sink sink_name=loudspeaker rate=48000 channels=1 format=s16le",
		`module-pipe-source source_name=microphone file=${pipe} rate=${sampleRate} channels=1 format=s16le`,
	];
	const server = spawn(
		"pulseaudio",
		["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", ...modules.flatMap((each) => ["-L", each])],
		{ env: { ...env, PULSE_SERVER: "" }, stdio: "ignore" },
	);
	const gone = new Promise((resolve) => server.once("exit", resolve));
	await until("PulseAudio", 10_000, () =>
		execFileSync("pactl", ["list", "short", "sources"], { env, encoding: "utf8", stdio: "pipe" }).includes(
			"microphone",
		),
	);
	const format = ["--raw", `--rate=${sampleRate}`, "--channels=1", "--format=s16le", "--latency-msec=10"];
	const record = (device: string) =>
		Bun.spawn({ cmd: ["parec", `--device=${device}`, ...format], env, stderr: "ignore" });
	const ears = record("loudspeaker.monitor");
	// A microphone that nobody listens to is not read: what waits in its pipe would be heard late.
	const drain = record("microphone");
	void drain.stdout.pipeTo(new WritableStream());
	const microphone = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
	return {
		environment,
		async *played() {
			let odd = new Uint8Array(0);
			for await (const piece of ears.stdout) {
				const bytes = new Uint8Array(odd.length + piece.length);
				bytes.set(odd);
				bytes.set(piece, odd.length);
				const even = bytes.length & ~1;
				odd = bytes.slice(even);
				yield new Int16Array(bytes.slice(0, even).buffer);
			}
		},
		hear: (pcm) => void writeSync(microphone, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)),
		async close() {
			ears.kill();
			drain.kill();
			server.kill();
			await gone;
			closeSync(microphone);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
