import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An X display of the test's own, 1000 by 700 pixels, with real windows on it. */
export async function startDisplay() {
	const server = Bun.spawn(["Xvfb", "-displayfd", "1", "-screen", "0", "1000x700x24", "-nolisten", "tcp", "-noreset"], {
		stdout: "pipe",
		stderr: "ignore",
	});
	const { value } = await server.stdout.getReader().read();
	const name = `:${new TextDecoder().decode(value).trim()}`;
	const env = { PATH: process.env.PATH ?? "", HOME: tmpdir(), DISPLAY: name, LANG: "C.UTF-8" };
	const children: Bun.Subprocess[] = [];
	const files: string[] = [];
	const run = (argv: string[]) => Bun.spawnSync(argv, { env }).stdout.toString().trim();

	return {
		name,
		env,
		run,
		/** A terminal of that title, 364 by 264 pixels or so; what is typed into it is kept. */
		async terminal(title: string, { at = "+100+100", background = "white" } = {}) {
			const file = join(tmpdir(), `aios-typed-${crypto.randomUUID()}`);
			files.push(file);
			const args = ["-T", title, "-geometry", `60x20${at}`, "-bg", background, "-fg", "black", "-u8", "+sb"];
			const child = Bun.spawn(["xterm", ...args, "-e", "sh", "-c", `cat > ${file}`], { env, stderr: "ignore" });
			children.push(child);
			for (let attempt = 0; run(["xdotool", "search", "--onlyvisible", "--name", `^${title}$`]) === ""; attempt++) {
				if (attempt > 100) throw new Error(`the window ${title} did not open`);
				await Bun.sleep(50);
			}
			return { id: Number(run(["xdotool", "search", "--name", `^${title}$`])), typed: () => readFile(file, "utf8") };
		},
		async stop() {
			for (const child of [...children, server]) {
				child.kill();
				await child.exited;
			}
			for (const file of files) await rm(file, { force: true });
		},
	};
}
