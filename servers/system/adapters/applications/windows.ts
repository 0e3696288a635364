import { z } from "zod";
import { mustRun } from "../run.ts";
import type { Applications, ApplicationsDeps } from "./application.ts";

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
				async launch(args) {
					const list = args.length === 0 ? "" : ` -ArgumentList ${args.map(quote).join(",")}`;
					await powershell(`Start-Process ${quote(`shell:AppsFolder\\${AppID}`)}${list}`);
					return {};
				},
			}));
		},
	};
}

/** A PowerShell single-quoted string, in which only the quote itself is special. */
function quote(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
