import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AiosError, type CallContext, type Principal, silentLogger, systemClock } from "../../core/contract/index.ts";
import {
	createOrchestrator,
	type Orchestrator,
	type OrchestratorDeps,
	type ProcessServer,
	type Registration,
	type RegistrationStore,
} from "../../core/orchestrator/index.ts";
import { admin } from "../fixtures/people.ts";

const entry = resolve(import.meta.dirname, "../fixtures/kit/serve.ts");

/** The kit as a process of its own. */
export function kitProcess(changes: Partial<ProcessServer> & { settings?: unknown } = {}): ProcessServer {
	const { settings = {}, ...rest } = changes;
	return {
		name: "kit",
		title: "Kit",
		command: [process.execPath, entry],
		port: 0,
		start: {
			version: "1.2.3",
			dataDir: mkdtempSync(join(tmpdir(), "kit-")),
			folders: { allowed: [], denied: [] },
			settings,
			childEnv: {},
		},
		...rest,
	};
}

export function memoryRegistrations(rows: Registration[] = []): RegistrationStore & { rows: Registration[] } {
	return {
		rows,
		list: async () => structuredClone(rows),
		async save(row) {
			const at = rows.findIndex(({ name, url }) => name === row.name && url === row.url);
			if (at === -1) rows.push(structuredClone(row));
			else rows[at] = structuredClone(row);
		},
		async remove(name) {
			for (let at = rows.length - 1; at >= 0; at--) if (rows[at]?.name === name) rows.splice(at, 1);
		},
		scrub: async () => {},
	};
}

/** Secrets that are gone with the test. */
export function memorySecrets(kept = new Map<string, string>()): NonNullable<OrchestratorDeps["accounts"]>["secrets"] {
	const secrets = {
		get: async (name: string) => kept.get(name),
		set: async (name: string, secret: string) => void kept.set(name, secret),
		delete: async (name: string) => void kept.delete(name),
	};
	return async () => secrets;
}

/** A token as the orchestrator's are, unsigned. */
function tokenFor(server: string, principal: Principal): string {
	const claims = Buffer.from(JSON.stringify({ aud: `aios:${server}`, principal })).toString("base64url");
	return `unsigned.${claims}.`;
}

/** An orchestrator whose tokens are the principals themselves. */
export function orchestrate(changes: Partial<OrchestratorDeps> = {}): Orchestrator {
	return createOrchestrator({
		local: [],
		processes: [],
		registrations: memoryRegistrations(),
		accounts: { secrets: memorySecrets(), clients: {} },
		tokenFor: async (server, principal) => tokenFor(server, principal),
		authenticate: (server, credential) => {
			const claims = JSON.parse(Buffer.from(credential.split(".")[1] ?? "", "base64url").toString() || "{}");
			if (claims.aud === `aios:${server}`) return claims.principal;
			throw new AiosError("unauthenticated", "Not a token for this server.");
		},
		childEnv: { PATH: "/usr/bin:/bin", HOME: tmpdir() },
		clock: systemClock,
		log: silentLogger,
		healthIntervalMs: 200,
		retryMs: 500,
		...changes,
	});
}

export function as(user: Principal = admin, changes: Partial<CallContext> = {}): CallContext {
	return { user, session: "s1", signal: new AbortController().signal, ...changes };
}

/** Whether a process with this id is alive. */
export function alive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
