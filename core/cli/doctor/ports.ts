import { createServer } from "node:net";
import { z } from "zod";
import type { Finding } from "./finding.ts";

export interface PortSettings {
	host: string;
	port: number;
	serverPorts: number;
}

/** The servers besides the main one; each takes the next port. */
const others = ["python", "browser", "system", "communication", "ide", "github", "voice"];

/** Whether the ports of the settings are free, or AIOS itself answers there. */
export async function lookAtPorts({ host, port, serverPorts }: PortSettings): Promise<Finding[]> {
	const wanted = [
		{ name: "main", port, essential: true, setting: "AIOS_PORT" },
		...others.map((name, index) => ({
			name,
			port: serverPorts === 0 ? 0 : serverPorts + index,
			essential: false,
			setting: "AIOS_SERVER_PORTS",
		})),
	];
	const states = await Promise.all(wanted.map(async (want) => ({ ...want, state: await portState(host, want.port) })));
	const taken = states.filter(({ state }) => state !== "free" && state !== "aios");
	const running = states.some(({ name, state }) => name === "main" && state === "aios");
	const fine: Finding = {
		part: "ports",
		ok: true,
		essential: true,
		what: running ? `AIOS is running on port ${port}.` : `The ports are free (${describe(port, serverPorts)}).`,
	};
	if (taken.length === 0) return [fine];
	return taken.map(({ name, port: number, essential, setting, state }) => ({
		part: "ports",
		ok: false,
		essential,
		what: `Port ${number} of the ${name} server ${state}.`,
		fix: `End the program that has it, or set ${setting} to another port (0 picks a free one).`,
	}));
}

function describe(port: number, serverPorts: number): string {
	const main = port === 0 ? "one picked at the start" : String(port);
	return `${main}; ${serverPorts === 0 ? "picked at the start" : `${serverPorts} to ${serverPorts + others.length - 1}`}`;
}

async function portState(host: string, port: number): Promise<string> {
	if (port === 0) return "free";
	const code = await listenError(host, port);
	if (code === undefined) return "free";
	if (code === "EACCES") return "may not be used by this account";
	if (code !== "EADDRINUSE") return `cannot be used (${code})`;
	return (await answersAsAios(host, port)) ? "aios" : "is taken by another program";
}

function listenError(host: string, port: number): Promise<string | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
		server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
	});
}

const healthSchema = z.object({ status: z.string() });

async function answersAsAios(host: string, port: number): Promise<boolean> {
	const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
	try {
		const response = await fetch(`http://${name}:${port}/health`, { signal: AbortSignal.timeout(2_000) });
		return healthSchema.safeParse(await response.json()).success;
	} catch {
		return false;
	}
}
