import type { Run } from "../run.ts";
import { linuxApplications } from "./linux.ts";
import { macApplications } from "./mac.ts";
import { windowsApplications } from "./windows.ts";

export { resolveApplication } from "./resolve.ts";

/** An application as the desktop knows it. */
export interface Application {
	/** Stable on this machine: a .desktop file, a bundle, a Start menu link. */
	id: string;
	name: string;
	/** Other words it is known by: "web browser", "text editor". */
	aliases: readonly string[];
	/** Opens it with further arguments; resolves with the process id once it is seen to run. */
	launch(args: readonly string[]): Promise<{ pid?: number }>;
}

export interface Applications {
	/** Every application a person could start, by name. */
	list(): Promise<Application[]>;
}

export interface ApplicationsDeps {
	platform: NodeJS.Platform;
	env: Readonly<Record<string, string>>;
	run: Run;
}

/** Finds applications where this platform's desktop does. */
export function createApplications(deps: ApplicationsDeps): Applications {
	if (deps.platform === "darwin") return macApplications(deps);
	if (deps.platform === "win32") return windowsApplications(deps);
	return linuxApplications(deps);
}
