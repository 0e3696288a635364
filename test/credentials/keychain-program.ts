import { openCredentials } from "../../core/credentials/index.ts";

/** Opens the credentials below a folder and does what the words after it say: `set NAME VALUE`, `get NAME`, `delete NAME`. */
const [folder = "", ...steps] = process.argv.slice(2);
const credentials = await openCredentials({
	folder,
	service: "AIOS test",
	env: { ...process.env } as Record<string, string>,
	platform: "linux",
});
const done: unknown[] = [credentials.kind];
for (let word = steps.shift(); word !== undefined; word = steps.shift()) {
	const name = steps.shift() ?? "";
	if (word === "set") await credentials.set(name, steps.shift() ?? "");
	else if (word === "get") done.push((await credentials.get(name)) ?? "none");
	else await credentials.delete(name);
}
process.stdout.write(`${JSON.stringify(done)}\n`);
