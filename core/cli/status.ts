import type { Command } from "commander";
import { type SystemStatus, systemStatusSchema } from "../contract/index.ts";
import { sayCount } from "../text/index.ts";
import type { CliDeps } from "./deps.ts";
import { table } from "./table.ts";

/** `aios status`: what runs, and what is missing. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("status")
		.description("show the servers, the speech engines and what is missing")
		.option("--json", "print it as JSON")
		.action(async (options: { json?: true }) => {
			const client = await deps.client();
			const status = await client.request("GET", "/system/status", systemStatusSchema);
			deps.print(options.json ? JSON.stringify(status, null, 2) : describe(status, client.url));
			if (status.status !== "healthy") process.exitCode = 1;
		});
}

function describe(status: SystemStatus, url: string): string {
	const megabytes = Math.round(status.load.memory_bytes / 1_000_000);
	const rows = status.servers.map((server) => [
		server.name,
		server.status,
		sayCount(server.tools, "tool"),
		server.replicas.map(({ latency_ms }) => (latency_ms === null ? "-" : `${latency_ms.toFixed(1)} ms`)).join(", "),
		server.reason ?? "",
	]);
	const missing = status.servers.flatMap((server) =>
		server.requirements
			.filter((requirement) => !requirement.ok)
			.map(({ name, detail, fix }) => `  ${server.name}: ${name}: ${detail}${fix === undefined ? "" : `. ${fix}`}`),
	);
	return [
		`AIOS ${status.version} at ${url}: ${status.status}, up ${Math.round(status.uptime_s)} s, ${megabytes} MB`,
		`Hears with ${status.voice.stt}, speaks with ${status.voice.tts}, voice activity by ${status.voice.vad}`,
		"",
		table([["SERVER", "STATE", "TOOLS", "LATENCY", ""], ...rows]),
		...(missing.length === 0 ? [] : ["", "Missing:", ...missing]),
	].join("\n");
}
