import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "../../../core/audio/index.ts";

/** Whether a real sound server can run here. */
export const hasSoundServer = ["pulseaudio", "pactl", "parecord", "paplay"].every((name) => Bun.which(name) !== null);

/** A PulseAudio of the test's own: a microphone that hears what the test says, and a loudspeaker it listens to. */
export async function startSoundServer() {
	const folder = await mkdtemp(join(tmpdir(), "aios-sound-"));
	const env = {
		PATH: process.env.PATH ?? "",
		HOME: folder,
		XDG_RUNTIME_DIR: folder,
		PULSE_SERVER: `unix:${folder}/native`,
	};
	const daemon = Bun.spawn(
		[
			"pulseaudio",
			"-n",
			"--exit-idle-time=-1",
			"--daemonize=no",
			`--load=module-native-protocol-unix socket=${folder}/native auth-anonymous=1`,
			"--load=module-null-sink sink_name=speaker",
			"--load=module-null-sink sink_name=mouth",
		],
		{ env, stdout: "ignore", stderr: "ignore" },
	);
	const control = (...args: string[]) => Bun.spawnSync(["pactl", ...args], { env, stdout: "ignore", stderr: "ignore" });
	for (let attempt = 0; control("set-default-sink", "speaker").exitCode !== 0; attempt++) {
		if (attempt > 100) throw new Error("PulseAudio did not start");
		await Bun.sleep(50);
	}
	control("set-default-source", "mouth.monitor");
	const tap = Bun.spawn(
		["parecord", "--raw", "--format=s16le", "--rate=16000", "--channels=1", "-d", "speaker.monitor"],
		{
			env,
			stdout: "pipe",
			stderr: "ignore",
		},
	);
	let loud = 0;
	void (async () => {
		for await (const chunk of tap.stdout) {
			const samples = new Int16Array(chunk.slice(0, chunk.length - (chunk.length % 2)).buffer);
			loud += samples.reduce((count, sample) => count + (Math.abs(sample) > 500 ? 1 : 0), 0);
		}
	})();

	return {
		env,
		/** Says it to the microphone; resolves once it was said. */
		async say(pcm: Int16Array) {
			const file = join(folder, `${crypto.randomUUID()}.wav`);
			await writeFile(file, encodeWav({ pcm, sampleRate: 16_000 }));
			await Bun.spawn(["paplay", "-d", "mouth", file], { env, stderr: "ignore" }).exited;
		},
		/** Samples the loudspeaker played that can be heard. */
		loudSamples: () => loud,
		/** As unplugging everything. */
		async kill() {
			daemon.kill("SIGKILL");
			await daemon.exited;
		},
		async stop() {
			tap.kill();
			daemon.kill();
			await Promise.all([tap.exited, daemon.exited]);
			await rm(folder, { recursive: true, force: true });
		},
	};
}
