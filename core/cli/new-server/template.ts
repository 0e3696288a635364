/** The files of a new server, by path below the checkout. */
export function serverFiles(name: string, port: number): Record<string, string> {
	const title = titleOf(name);
	return {
		[`servers/${name}/index.ts`]: definition(name, title, port),
		[`servers/${name}/tools/${name.replaceAll("_", "-")}-greet.ts`]: tool(name, title),
		[`test/servers/${name}/greet.test.ts`]: test(name, `../../../servers/${name}`),
	};
}

/** The files of a plugin, by path below the folder of plugins: the same shape, its test beside it. */
export function pluginFiles(name: string): Record<string, string> {
	const title = titleOf(name);
	return {
		[`${name}/index.ts`]: definition(name, title, 0),
		[`${name}/tools/${name.replaceAll("_", "-")}-greet.ts`]: tool(name, title),
		[`${name}/greet.test.ts`]: test(name, ".")
			.replaceAll("../../../core/", "../../core/")
			.replace('from "vitest"', 'from "bun:test"'),
	};
}

function titleOf(name: string): string {
	return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function definition(name: string, title: string, port: number): string {
	return `import { defineServer } from "../../core/contract/index.ts";
import { ${camel(name)}Greet } from "./tools/${name.replaceAll("_", "-")}-greet.ts";

/** Say here what the server is for. */
export const server = defineServer({
	name: "${name}",
	title: "${title}",
	description: "Greets people.",
	port: ${port},
	tools: [${camel(name)}Greet],
	adapters: () => ({}),
});
`;
}

function tool(name: string, title: string): string {
	return `import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";

/** Greets someone by name: "${title.toLowerCase()} greet Ada". */
export const ${camel(name)}Greet = defineTool({
	name: "${name}_greet",
	title: "Greet",
	description: "Greets someone by name.",
	effect: "read",
	input: z.object({ who: slot("text", z.string().min(1).max(100)) }),
	output: z.object({ greeting: z.string() }),
	voice: {
		en: {
			sentences: ["${title.toLowerCase()} greet {who}"],
			examples: ["let ${title.toLowerCase()} say hello to my sister"],
			ask: { who: "Whom shall I greet?" },
		},
	},
	say: ({ greeting }) => greeting,
	run: ({ who }) => ({ greeting: \`Hello, \${who}!\` }),
});
`;
}

function test(name: string, folder: string): string {
	return `import { expect, test } from "vitest";
import { silentLogger } from "../../../core/contract/index.ts";
import { createServerApp } from "../../../core/surface/index.ts";
import { server } from "${folder}/index.ts";

const { app } = createServerApp({
	definition: server,
	adapters: await server.adapters({
		settings: {},
		dataDir: import.meta.dirname,
		clock: { now: () => new Date(), after: () => () => {} },
		log: silentLogger,
		childEnv: {},
		folders: { allowed: [], denied: [] },
	}),
	authenticate: () => ({ id: "1", name: "Ada", role: "user", permissions: ["*:*:*"], via: "key" }),
	version: "0.0.0",
	log: silentLogger,
});

const call = (body: unknown) =>
	app.request("http://127.0.0.1/${name}_greet", {
		method: "POST",
		headers: { "content-type": "application/json", host: "127.0.0.1" },
		body: JSON.stringify(body),
	});

test("it greets by name", async () => {
	const answer = await call({ who: "Ada" });
	expect(answer.status).toBe(200);
	expect(await answer.json()).toEqual({ greeting: "Hello, Ada!" });
});

test("it says what is missing when nobody is named", async () => {
	const answer = await call({});
	expect(answer.status).toBe(400);
	expect(await answer.text()).toContain("who");
});
`;
}
