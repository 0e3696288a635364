import { join } from "node:path";
import type { CliDeps } from "./deps.ts";

/** Runs a part of the core as a process of its own with our terminal, hands Ctrl-C on, and takes over its exit code. */
export async function runPart(file: "main.ts" | "serve.ts", args: readonly string[], deps: CliDeps): Promise<void> {
	const child = Bun.spawn([process.execPath, join(import.meta.dirname, "..", file), ...args], {
		stdio: ["inherit", "inherit", "inherit"],
	});
	const end = () => child.kill("SIGTERM");
	deps.signal.addEventListener("abort", end, { once: true });
	process.exitCode = await child.exited;
	deps.signal.removeEventListener("abort", end);
}
