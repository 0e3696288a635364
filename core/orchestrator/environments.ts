import { createHash } from "node:crypto";
import { z } from "zod";
import { AiosError, type Logger } from "../contract/index.ts";
import type { Secrets } from "./oauth/index.ts";
import type { KeptLaunch, Place, Registration, RegistrationStore } from "./registration.ts";

type Environment = Readonly<Record<string, string>>;

/** Environments of registered programs: they may hold secrets, so they are kept as such, apart from the registrations. */
export interface Environments {
	/** Keeps the environment of a program on disk, and gives the place without it. */
	seal(server: string, place: Place): Promise<Place>;
	/** What was kept. Throws `not_found` where it is gone, and what the keychain says where that does not answer. */
	of(server: string, url: string): Promise<Environment>;
	/** Forgets those of a server's programs, which are given by url. */
	forget(server: string, launches: ReadonlyMap<string, KeptLaunch>): Promise<void>;
}

const environmentSchema = z.record(z.string(), z.string());

/** The url of a program is its whole command line: longer than a keychain takes for a name. */
function nameOf(server: string, url: string): string {
	return `environment ${server} ${createHash("sha256").update(url).digest("hex").slice(0, 32)}`;
}

export function createEnvironments(secrets: () => Promise<Secrets>): Environments {
	return {
		async seal(server, { url, launch, kept }) {
			if (launch === undefined || kept !== undefined) return { url, launch, kept };
			const { command, args, env } = launch;
			const variables = Object.keys(env);
			if (variables.length > 0) await (await secrets()).set(nameOf(server, url), JSON.stringify(env));
			return { url, launch: { ...launch, env: {} }, kept: { command, args, variables } };
		},
		async of(server, url) {
			const kept = await (await secrets()).get(nameOf(server, url));
			if (kept !== undefined) return environmentSchema.parse(JSON.parse(kept));
			throw new AiosError("not_found", `The environment of ${server} is no longer with the stored credentials.`, {
				fix: "Take the server out and add it again.",
			});
		},
		async forget(server, launches) {
			for (const [url, { variables = [] }] of launches) {
				if (variables.length > 0) await (await secrets()).delete(nameOf(server, url));
			}
		},
	};
}

/** The registrations. Environments that versions before this one wrote down with them are moved to where they belong. */
export async function listSealed(deps: {
	registrations: RegistrationStore;
	environments: Environments;
	log: Logger;
}): Promise<Registration[]> {
	const { registrations, environments, log } = deps;
	const rows = await registrations.list();
	let moved = false;
	for (const [index, row] of rows.entries()) {
		const { name, url, launch } = row;
		if (!launch?.env || Object.keys(launch.env).length === 0) continue;
		try {
			const { kept } = await environments.seal(name, { url, launch: { ...launch, env: launch.env } });
			const sealed = { ...row, launch: kept };
			await registrations.save(sealed);
			rows[index] = sealed;
			moved = true;
		} catch (error) {
			log.warn("an environment stays in the database", { server: name, error: String(error) });
		}
	}
	if (moved) {
		await registrations
			.scrub()
			.catch((error) => log.warn("what was taken out of the database may still be read", { error: String(error) }));
	}
	return rows;
}
