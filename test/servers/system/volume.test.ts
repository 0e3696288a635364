import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRun } from "../../../servers/system/adapters/run.ts";
import { createVolume } from "../../../servers/system/adapters/volume/index.ts";
import { setVolume } from "../../../servers/system/tools/set-volume.ts";
import { toolContext } from "./context.ts";

const path = process.env.PATH ?? "";
const has = (program: string) => Bun.which(program, { PATH: path }) !== null;

describe.skipIf(!has("pulseaudio") || !has("pactl"))("volume on a real PulseAudio with a silent output", () => {
	let folder: string;
	let daemon: Bun.Subprocess;
	let env: Record<string, string>;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "aios-pulse-"));
		env = { PATH: path, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_SERVER: `unix:${folder}/native` };
		daemon = Bun.spawn(
			[
				"pulseaudio",
				"-n",
				"--exit-idle-time=-1",
				"--daemonize=no",
				`--load=module-native-protocol-unix socket=${folder}/native auth-anonymous=1`,
				"--load=module-null-sink sink_name=speakers",
			],
			{ env, stdout: "ignore", stderr: "ignore" },
		);
		const run = createRun(env);
		for (let attempt = 0; attempt < 100; attempt++) {
			if ((await run(["pactl", "get-sink-volume", "speakers"])).code === 0) return;
			await Bun.sleep(100);
		}
		throw new Error("PulseAudio did not start");
	});

	afterAll(async () => {
		daemon.kill();
		await daemon.exited;
		await rm(folder, { recursive: true, force: true });
	});

	const volume = () => createVolume({ platform: "linux", run: createRun(env), has });
	const adapters = () => ({ volume: volume() }) as Parameters<typeof setVolume.run>[1];
	const input = (value: unknown) => setVolume.input.parse(value);

	test("the level asked for is the level the sound server then has", async () => {
		await setVolume.run(input({ level: 35 }), adapters(), toolContext());
		expect((await createRun(env)(["pactl", "get-sink-volume", "speakers"])).stdout).toContain("35%");
	});

	test("louder and quieter change it and stop at the ends", async () => {
		await setVolume.run(input({ level: 95 }), adapters(), toolContext());
		expect(await setVolume.run(input({ change: 10 }), adapters(), toolContext())).toEqual({ level: 100, muted: false });
		expect(await setVolume.run(input({ change: -30 }), adapters(), toolContext())).toEqual({ level: 70, muted: false });
	});

	test("muting keeps the level, and asking for a level makes it audible again", async () => {
		await setVolume.run(input({ level: 40 }), adapters(), toolContext());
		expect(await setVolume.run(input({ mute: true }), adapters(), toolContext())).toEqual({ level: 40, muted: true });
		expect(await setVolume.run(input({ level: 20 }), adapters(), toolContext())).toEqual({ level: 20, muted: false });
	});
});

test("without a sound server the error says what to start", async () => {
	const volume = createVolume({ platform: "linux", run: createRun({ PATH: "" }), has: () => false });
	await expect(volume.get()).rejects.toMatchObject({ code: "missing_part", fix: expect.stringContaining("PipeWire") });
});

test("a call that sets nothing is refused", async () => {
	const volume = createVolume({ platform: "linux", run: createRun({ PATH: "" }), has: () => false });
	await expect(
		setVolume.run(setVolume.input.parse({}), { volume } as Parameters<typeof setVolume.run>[1], toolContext()),
	).rejects.toMatchObject({ code: "bad_request" });
});

test.each([[101], [-1], ["50"], [Number.NaN]])("the level %s is refused", (level) => {
	expect(setVolume.input.safeParse({ level }).success).toBe(false);
});
