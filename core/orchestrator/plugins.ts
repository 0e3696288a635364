import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { AiosError, type Principal } from "../contract/index.ts";
import { canLimit, type Limits } from "../limits/index.ts";
import {
	defaultLimits,
	listPlugins,
	type PluginManifest,
	type PluginPermissions,
	readManifest,
} from "./plugin-manifest.ts";
import { type Isolation, isolationOf, launchPlugin, type SandboxDeps } from "./plugin-sandbox.ts";
import { pluginType, type Registrar } from "./register.ts";
import type { Launch, Registration } from "./registration.ts";

/** Where plugins are, and how they are run. */
export interface PluginDeps extends SandboxDeps {
	/** The folder whose folders are plugins, directly below the data folder. */
	folder: string;
}

/** A plugin as it is shown before it is switched on. */
export interface Plugin {
	name: string;
	title: string;
	description: string;
	permissions: PluginPermissions;
	limits: Limits;
	/** Whether they hold on this machine. */
	limited: boolean;
	isolation: Isolation;
	enabled: boolean;
	/** Why it can't be switched on, or was left off after a restart. */
	problem?: string;
}

export interface Plugins {
	list(): Promise<Plugin[]>;
	/** Switches one on, with what it asks for now. `ownRights` agrees to running it where there is no sandbox. */
	enable(name: string, by: Principal, options?: { ownRights?: boolean }): Promise<Plugin>;
	disable(name: string): Promise<void>;
	/** How a plugin that was switched on is started; undefined for any other registration. */
	launchOf(row: Registration): Promise<Launch> | undefined;
}

const scheme = "plugin:";

/** Finds plugins below a folder and runs those an administrator switched on, each as a program of its own. */
export function createPlugins(
	deps: PluginDeps,
	registrar: Pick<Registrar, "launch" | "unregister" | "typeOf">,
): Plugins {
	const { folder } = deps;
	const here = { isolation: isolationOf(deps), limited: canLimit(deps.platform) };
	const enabled = (name: string) => registrar.typeOf(name) === pluginType;

	function describe(manifest: PluginManifest): Plugin {
		const { name, title = name, description, permissions, limits } = manifest;
		return { name, title, description, permissions, limits, ...here, enabled: enabled(name) };
	}

	/** What was agreed to, to be compared after a restart. */
	function agreed({ permissions, limits }: PluginManifest): readonly [string, string] {
		return [JSON.stringify(permissions), JSON.stringify(limits)];
	}

	function launch(manifest: PluginManifest): Launch {
		const { name } = manifest;
		const dataDir = join(folder, "..", "servers", name);
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		linkKit();
		return launchPlugin(deps, { folder: join(folder, name), dataDir }, manifest);
	}

	/** Plugins import the kit as the built-in servers do, so the same folder works in both places. */
	function linkKit(): void {
		for (const part of ["core", "node_modules"]) {
			try {
				symlinkSync(join(deps.checkout, part), join(folder, "..", part), "junction");
			} catch {
				// It is there already, or the folder is the checkout itself.
			}
		}
	}

	return {
		async list() {
			const names = await listPlugins(folder);
			const read = (name: string) =>
				readManifest(folder, name).then(describe, (thrown) => ({
					name,
					title: name,
					description: "",
					permissions: { folders: [], network: false, programs: [] },
					limits: defaultLimits,
					...here,
					enabled: enabled(name),
					problem: AiosError.from(thrown).message,
				}));
			return Promise.all(names.map(read));
		},
		async enable(name, by, { ownRights = false } = {}) {
			const manifest = await readManifest(folder, name);
			if (here.isolation === "own-rights" && !ownRights) {
				throw new AiosError(
					"missing_part",
					"There is no sandbox on this machine: the plugin would run with your own rights.",
					{
						fix: "Install bubblewrap (Linux), or agree to it: aios servers enable NAME --own-rights.",
					},
				);
			}
			const prepared = launch(manifest);
			if (enabled(name)) await registrar.unregister(name);
			const approved: Launch = { command: "plugin", args: agreed(manifest), env: {} };
			await registrar.launch({ name, type: pluginType, url: `${scheme}${name}`, launch: prepared, kept: approved }, by);
			return describe(manifest);
		},
		async disable(name) {
			if (!enabled(name)) throw new AiosError("not_found", `No plugin named ${name} is switched on.`);
			await registrar.unregister(name);
		},
		launchOf({ name, url, launch: approved }) {
			if (!url.startsWith(scheme)) return undefined;
			return readManifest(folder, name).then((manifest) => {
				const [permissions, limits] = agreed(manifest);
				const [agreedTo, within = JSON.stringify(defaultLimits)] = approved?.args ?? [];
				if (permissions === agreedTo && limits === within) return launch(manifest);
				throw new AiosError("forbidden", `The plugin ${name} asks for something else than was agreed to.`, {
					fix: `Look at it and switch it on again: aios servers enable ${name}.`,
				});
			});
		},
	};
}

/** Where no folder of plugins is given. */
export const noPlugins: Plugins = {
	list: async () => [],
	enable: async (name) => nowhere(name),
	disable: async (name) => nowhere(name),
	launchOf: () => undefined,
};

function nowhere(name: string): never {
	throw new AiosError("not_found", `There is no plugin named ${name}.`);
}
