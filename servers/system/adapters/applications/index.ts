import type { Applications, ApplicationsDeps } from "./application.ts";
import { linuxApplications } from "./linux.ts";
import { macApplications } from "./mac.ts";
import { windowsApplications } from "./windows.ts";

export type { Applications } from "./application.ts";
export { namesOfProcess } from "./programs.ts";
export { resolveApplication } from "./resolve.ts";
export { findRunning } from "./running.ts";

/** Finds applications where this platform's desktop does. */
export function createApplications(deps: ApplicationsDeps): Applications {
	if (deps.platform === "darwin") return macApplications(deps);
	if (deps.platform === "win32") return windowsApplications(deps);
	return linuxApplications(deps);
}
