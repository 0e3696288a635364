import { z } from "zod";
import { mustRun } from "../run.ts";
import type { Applications, ApplicationsDeps } from "./application.ts";
import { namesOfProcess } from "./programs.ts";

const startApps = z.array(z.object({ Name: z.string(), AppID: z.string() }));

/** The Start menu, as Get-StartApps lists it; started through the shell's AppsFolder. */
export function windowsApplications({ run }: ApplicationsDeps): Applications {
	const powershell = (command: string): Promise<string> =>
		mustRun(run, ["powershell", "-NoProfile", "-NonInteractive", "-Command", command]);
	return {
		async list() {
			const listed = startApps.parse(JSON.parse(await powershell("ConvertTo-Json @(Get-StartApps)")));
			return listed.map(({ Name, AppID }) => ({
				id: AppID,
				name: Name,
				aliases: [],
				runs: (process) => namesOfProcess(process).some((name) => isProgramOf(name, Name, AppID)),
				opens: true,
				async launch(args) {
					const list = args.length === 0 ? "" : ` -ArgumentList ${args.map(quote).join(",")}`;
					await powershell(`Start-Process ${quote(`shell:AppsFolder\\${AppID}`)}${list}`);
					return {};
				},
			}));
		},
	};
}

/** Whether a program is an app's: by the path its id ends in, else by its name ("chrome" of "Google Chrome"). */
function isProgramOf(program: string, name: string, id: string): boolean {
	const file = /([^\\/]+)\.exe$/i.exec(id)?.[1];
	if (file !== undefined) return program === file.toLowerCase();
	const words = name.toLowerCase().split(/[^a-z0-9]+/);
	return program === words.join("") || words.includes(program);
}

/** A PowerShell single-quoted string, in which only the quote itself is special. */
function quote(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
