import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "../run.ts";
import type { Applications, ApplicationsDeps } from "./application.ts";

/** Application bundles in the folders Launchpad shows, opened by `open`. */
export function macApplications({ env, run }: ApplicationsDeps): Applications {
	const folders = [
		"/Applications",
		"/Applications/Utilities",
		"/System/Applications",
		"/System/Applications/Utilities",
	];
	return {
		async list() {
			const all = [...folders, join(env.HOME ?? "/", "Applications")].map(async (folder) => {
				const names = await readdir(folder).catch((): string[] => []);
				return names.filter((name) => name.endsWith(".app")).map((name) => join(folder, name));
			});
			return (await Promise.all(all)).flat().map((bundle) => ({
				id: bundle,
				name: bundle.slice(bundle.lastIndexOf("/") + 1, -".app".length),
				aliases: [],
				runs: ({ command }) => command.startsWith(`${bundle}/Contents/`),
				opens: true,
				async launch(args) {
					await mustRun(run, ["open", "-a", bundle, ...(args.length === 0 ? [] : ["--args", ...args])]);
					return {};
				},
			}));
		},
	};
}
