import type { ProcessInfo } from "../host.ts";
import type { Run } from "../run.ts";

/** An application as the desktop knows it. */
export interface Application {
	/** Stable on this machine: a .desktop file, a bundle, a Start menu link. */
	id: string;
	name: string;
	/** Other words it is known by: "web browser", "text editor". */
	aliases: readonly string[];
	/** Whether it says that it opens files or addresses; another might take one for a program to run. */
	opens: boolean;
	/** Whether a process is one of this application's. */
	runs(process: Pick<ProcessInfo, "name" | "command">): boolean;
	/** Opens it with files (absolute paths) and addresses; resolves with the process id once it is seen to run. */
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
