import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { AiosError } from "../../contract/index.ts";
import type { CliDeps } from "../deps.ts";
import { pluginFiles, serverFiles } from "./template.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");

/** First port after those of the built-in servers. */
const firstPort = 8007;

/** `aios new server NAME`: a server of three small files that runs and passes its test at once. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("new")
		.description("write the first files of something new")
		.command("server")
		.description("write a server: its definition, one tool, and a test that passes")
		.argument("<name>", "lower-case letters, digits and _", readName)
		.option("--in <folder>", "the checkout to write it into", checkout)
		.option("--plugin <folder>", "write a plugin instead, into this folder of plugins (DATA FOLDER/plugins)")
		.action(async (name: string, options: { in: string; plugin?: string }) => {
			if (options.plugin !== undefined) {
				for (const path of await writePlugin(options.plugin, name)) deps.print(path);
				deps.note(`Switch it on: npx aios servers enable ${name}`);
				return;
			}
			const written = await writeServer(options.in, name);
			for (const path of written) deps.print(path);
			deps.note(`Test it: npm test -- test/servers/${name}`);
			deps.note(`Run it alone: npx aios serve ${name}`);
			deps.note("Start AIOS again and it runs with the other servers.");
		});
}

/** Writes the files and enters the server into servers/index.ts. Gives the paths. Throws `conflict` rather than overwrite. */
export async function writeServer(folder: string, name: string): Promise<string[]> {
	const listPath = join(folder, "servers", "index.ts");
	const list = await readFile(listPath, "utf8").catch((cause: unknown) => {
		throw new AiosError("not_found", `${folder} is not a checkout of AIOS.`, {
			fix: "Name one with --in FOLDER.",
			cause,
		});
	});
	const files = serverFiles(name, nextPort(list));
	const entered = enter(list, name);
	const written = await writeFiles(folder, files);
	await writeFile(listPath, entered);
	return [...written, "servers/index.ts"];
}

/** Writes a plugin into a folder of plugins. Gives the paths. Throws `conflict` rather than overwrite. */
export async function writePlugin(folder: string, name: string): Promise<string[]> {
	const written = await writeFiles(folder, pluginFiles(name));
	// A plugin imports the kit as the built-in servers do, from two folders up.
	for (const part of ["core", "node_modules"]) {
		const link = join(folder, "..", part);
		if (!existsSync(link)) await symlink(join(checkout, part), link, "junction");
	}
	return written.map((path) => join(folder, path));
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<string[]> {
	const taken = Object.keys(files).find((path) => existsSync(join(folder, path)));
	if (taken !== undefined)
		throw new AiosError("conflict", `${taken} is there already.`, { fix: "Choose another name." });
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), text, { flag: "wx" });
	}
	return Object.keys(files);
}

const entry = /^\t\w+: async \(\) => \(await import\("\.\/\w+\/index\.ts"\)\)\.server,$/gm;

/** The list of servers with one more. */
function enter(list: string, name: string): string {
	const last = [...list.matchAll(entry)].at(-1);
	if (last === undefined) throw new AiosError("internal", "servers/index.ts has no list of servers to enter it into.");
	const end = last.index + last[0].length;
	return `${list.slice(0, end)}\n\t${name}: async () => (await import("./${name}/index.ts")).server,${list.slice(end)}`;
}

const builtIn = 8;

function nextPort(list: string): number {
	return firstPort + Math.max(0, [...list.matchAll(entry)].length - builtIn);
}

function readName(value: string): string {
	if (/^[a-z][a-z0-9_]{0,30}$/.test(value)) return value;
	throw new InvalidArgumentError("A name is lower-case letters, digits and _, and begins with a letter.");
}
