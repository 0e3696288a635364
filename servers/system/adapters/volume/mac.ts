import { mustRun } from "../run.ts";
import { noSound, type Volume, type VolumeDeps } from "./volume.ts";

/** macOS, by AppleScript's volume settings. */
export function macVolume({ run }: VolumeDeps): Volume {
	const script = (source: string): Promise<string> => mustRun(run, ["osascript", "-e", source]);
	const get = async () => {
		const settings = await script("get volume settings");
		const level = /output volume:(\d+)/.exec(settings);
		if (level === null) throw noSound("the output has no volume of its own.");
		return { level: Number(level[1]), muted: settings.includes("output muted:true") };
	};
	return {
		get,
		async setLevel(percent) {
			await script(`set volume output volume ${percent}`);
		},
		async setMuted(muted) {
			await script(`set volume output muted ${muted}`);
		},
		backend: () =>
			get().then(
				() => "macOS",
				() => undefined,
			),
	};
}
