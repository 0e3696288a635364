import { linuxVolume } from "./linux.ts";
import { macVolume } from "./mac.ts";
import type { Volume, VolumeDeps } from "./volume.ts";
import { windowsVolume } from "./windows.ts";

export type { Volume } from "./volume.ts";

/** Gives the volume control of this platform; its calls throw `missing_part` where the machine has none. */
export function createVolume(deps: VolumeDeps): Volume {
	if (deps.platform === "darwin") return macVolume(deps);
	if (deps.platform === "win32") return windowsVolume(deps);
	return linuxVolume(deps);
}
