import { expect, test } from "vitest";
import { settingsSchema } from "../../core/config/schema.ts";
import type { GithubAdapters } from "../../servers/github/adapters/index.ts";
import type { IdeAdapters } from "../../servers/ide/adapters/index.ts";
import { builtInServers } from "../../servers/index.ts";
import type { SystemAdapters } from "../../servers/system/adapters/index.ts";

/** Of every adapter of the servers that may have copies: whether what one call leaves in it is looked for by another. */
const keeps = {
	system: {
		commands: true,
		host: false,
		volume: false,
		applications: false,
		desktop: false,
		search: false,
		folders: false,
		trash: false,
		run: false,
		env: false,
		announce: false,
		close: false,
	} satisfies Record<keyof SystemAdapters, boolean>,
	ide: {
		works: true,
		editor: true,
		repositories: false,
		folders: false,
		env: false,
		close: false,
	} satisfies Record<keyof IdeAdapters, boolean>,
	github: {
		works: true,
		clones: true,
		cloning: true,
		accounts: true,
		github: false,
		locate: false,
		cloneUrl: false,
		folders: false,
		projects: false,
		env: false,
		log: false,
		close: false,
	} satisfies Record<keyof GithubAdapters, boolean>,
};

test("every server that may have copies says of all its adapters what they keep", () => {
	expect(Object.keys(keeps).sort()).toEqual(Object.keys(settingsSchema.parse({}).replicas).sort());
});

test.each(Object.entries(keeps))(
	"%s: a tool that leaves something in its process, or looks for it, says so",
	async (name, adapters) => {
		const definition = await builtInServers[name]?.();
		const kept = Object.entries(adapters).flatMap(([adapter, keeping]) => (keeping ? [adapter] : []));
		const reaches = new RegExp(String.raw`[{,.]\s*(${kept.join("|")})\b`);
		const reaching = (definition?.tools ?? []).filter(({ run, resolve }) => reaches.test(`${run} ${resolve}`));
		expect(reaching.length).toBeGreaterThan(1);
		expect(reaching.filter(({ stateful }) => stateful !== true).map((tool) => tool.name)).toEqual([]);
	},
);
