import type { Config } from "../../config/index.ts";
import { AiosError } from "../../contract/index.ts";
import type { Client } from "../client.ts";
import { lookAtBrowser } from "./browser.ts";
import { lookAtDatabase } from "./database.ts";
import { type Environment, lookAtDisplay } from "./display.ts";
import type { Finding } from "./finding.ts";
import { lookAtMicrophone } from "./microphone.ts";
import { lookAtModels } from "./models.ts";
import { lookAtPorts } from "./ports.ts";
import { lookAtServers } from "./servers.ts";
import { lookAtStorage } from "./storage.ts";

export type DoctorSettings = Pick<
	Config,
	"host" | "port" | "serverPorts" | "modelsDir" | "dataDir" | "sttModel" | "offline"
>;

/** Looks at every part of the machine at once. A look that itself fails is a finding, never an exception. */
export async function examine(
	settings: DoctorSettings,
	env: Environment,
	client: () => Promise<Client>,
): Promise<Finding[]> {
	const looks: [part: string, look: Promise<Finding | Finding[]>][] = [
		["microphone", lookAtMicrophone()],
		["models", lookAtModels(settings)],
		["browser", lookAtBrowser(env)],
		["ports", lookAtPorts(settings)],
		["display", lookAtDisplay(env)],
		["data folder", lookAtStorage(settings.dataDir)],
		["database", lookAtDatabase(settings.dataDir)],
		["servers", lookAtServers(client)],
	];
	const findings = await Promise.all(
		looks.map(([part, look]) =>
			look.catch((error): Finding => ({ part, ok: false, essential: false, what: AiosError.from(error).message })),
		),
	);
	return findings.flat();
}
