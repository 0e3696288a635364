import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { z } from "zod";
import { AiosError } from "../contract/index.ts";
import type { Client } from "./client.ts";
import type { CliDeps } from "./deps.ts";

const begunSchema = z.object({ address: z.string() });

/** What was arranged at a server's authorization server, as options. Secrets come from files: every program sees a command line. */
export interface ClientOptions {
	clientId?: string;
	clientSecretFile?: string;
	privateKeyFile?: string;
	assertionFile?: string;
	grant?: string;
	issuer?: string;
	scope?: string;
}

/** Adds the options that tell of a client arranged beforehand; {@link clientOf} reads them. */
export function addClientOptions(command: Command): Command {
	return command
		.option("--client-id <id>", "what this assistant is at the server's authorization server, where that was arranged")
		.option("--client-secret-file <file>", "a file with the secret that goes with it")
		.option("--private-key-file <file>", "a file with the key (PKCS #8, PEM) that goes with it")
		.option("--assertion-file <file>", "a file with the workload's JWT, for the grant jwt_bearer")
		.option("--grant <grant>", "client_credentials or jwt_bearer, where nobody is to sign in")
		.option("--issuer <url>", "the only authorization server that gets these")
		.option("--scope <scopes>", "rights to ask for, separated by spaces");
}

/** The client the options name, as `POST /register_server` takes it; undefined without one. */
export function clientOf(options: ClientOptions): Record<string, string> | undefined {
	const { clientId, clientSecretFile, privateKeyFile, assertionFile, grant, issuer, scope } = options;
	if (clientId === undefined) return undefined;
	const given = {
		id: clientId,
		secret: clientSecretFile === undefined ? undefined : read(clientSecretFile),
		private_key: privateKeyFile === undefined ? undefined : read(privateKeyFile),
		assertion: assertionFile === undefined ? undefined : read(assertionFile),
		grant,
		issuer,
		scope,
	};
	return Object.fromEntries(
		Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
	);
}

function read(file: string): string {
	try {
		return readFileSync(file, "utf8").trim();
	} catch (cause) {
		throw new AiosError("not_found", `The file ${file} can't be read.`, { cause });
	}
}

/** Begins a sign-in at a server and says where to go on. */
export async function beginSignIn(name: string, client: Client, deps: CliDeps): Promise<void> {
	const { address } = await client.request("POST", `/servers/${encodeURIComponent(name)}/sign_in`, begunSchema);
	deps.note("Open this in a browser within ten minutes and sign in there:");
	deps.print(address);
}

/** `aios servers sign-in` and `sign-out`: at servers that demand it. */
export function registerSignIn(servers: Command, deps: CliDeps): void {
	servers
		.command("sign-in")
		.description("sign in at a server that needs it: prints the address to open in a browser")
		.argument("<name>")
		.action(async (name: string) => beginSignIn(name, await deps.client(), deps));
	servers
		.command("sign-out")
		.description("sign out at a server")
		.argument("<name>")
		.action(async (name: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/servers/${encodeURIComponent(name)}/sign_in`, z.unknown());
			deps.note(`Signed out at ${name}.`);
		});
}
