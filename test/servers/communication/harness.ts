import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImapFlow } from "imapflow";
import { type AiosError, type Principal, silentLogger, systemClock, type Tool } from "../../../core/contract/index.ts";
import {
	type CommunicationAdapters,
	communicationSettings,
	createAdapters,
} from "../../../servers/communication/adapters/index.ts";
import { addEmailAccount } from "../../../servers/communication/tools/accounts.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { type ImapServer, startHoodiecrow } from "./imap.ts";
import { startSmtp } from "./smtp.ts";

// biome-ignore lint/suspicious/noExplicitAny: tools differ in input and output
type AnyTool = Tool<any, any, CommunicationAdapters>;
type Lookup = NonNullable<Parameters<typeof createAdapters>[1]>;

export const anna: Principal = { id: "anna", name: "anna", role: "user", permissions: ["*:*:*"], via: "token" };
export const bob: Principal = { ...anna, id: "bob", name: "bob" };

/** A network in which nobody publishes anything. */
export const silentNetwork: Lookup = {
	srv: () => Promise.reject(new Error("ENOTFOUND")),
	mx: () => Promise.reject(new Error("ENOTFOUND")),
	text: () => Promise.resolve(undefined),
};

/** A communication server of its own with a home folder, which trusts the test's certificate authority. */
export async function startCommunication(
	options: { settings?: object; certificates?: Certificates; env?: Record<string, string>; lookup?: Lookup } = {},
) {
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-communication-")));
	const dataDir = join(home, "aios-data");
	await mkdir(dataDir, { mode: 0o700 });
	const settings = communicationSettings.parse({
		credentials: "file",
		mail: {
			certificates: options.certificates === undefined ? [] : [options.certificates.authority],
			timeoutMs: 3_000,
		},
		...options.settings,
	});
	const adapters = createAdapters(
		{
			settings,
			dataDir,
			childEnv: { PATH: process.env.PATH ?? "", HOME: home, ...options.env },
			folders: { allowed: [home], denied: [join(home, "aios-data")], home },
			clock: systemClock,
			log: silentLogger,
		},
		options.lookup ?? silentNetwork,
	);
	const contextOf = (user: Principal, signal: AbortSignal) => ({
		signal,
		progress() {},
		user,
		session: "s",
		clock: systemClock,
		log: silentLogger,
	});
	return {
		home,
		dataDir,
		adapters,
		/** Calls a tool as the surface does: input and output go through its schemas. */
		async call<T extends AnyTool>(tool: T, input: unknown, user = anna, signal = new AbortController().signal) {
			const parsed = tool.input.parse(input);
			const output: ReturnType<T["output"]["parse"]> = tool.output.parse(
				await tool.run(parsed, adapters, contextOf(user, signal)),
			);
			return { output, say: tool.say(output, parsed), attachments: tool.attachments?.(output) ?? [] };
		},
		/** What the person is asked before the call, once names are addresses. */
		async confirmation(tool: AnyTool, input: unknown, user = anna) {
			const parsed = tool.input.parse(input);
			const resolved = tool.input.parse(
				await tool.resolve?.(parsed, adapters, contextOf(user, new AbortController().signal)),
			);
			return { resolved, summary: tool.summary(resolved) };
		},
		async stop() {
			await adapters.close();
			await rm(home, { recursive: true, force: true });
		},
	};
}

export type Communication = Awaited<ReturnType<typeof startCommunication>>;

/** Real mail servers for anna@example.com, and what `add_email_account` takes to connect her account at them. */
export async function startMailServers(
	options: { imap?: (certificates: Certificates) => Promise<ImapServer>; smtp?: Parameters<typeof startSmtp>[1] } = {},
) {
	const folder = await mkdtemp(join(tmpdir(), "aios-certificates-"));
	const certificates = await makeCertificates(folder);
	const imap = await (options.imap ?? startHoodiecrow)(certificates);
	const smtp = await startSmtp(certificates, options.smtp);
	const endpoints = {
		imap: { host: "localhost", port: imap.port, security: "starttls" },
		smtp: { host: "localhost", port: smtp.port, security: "starttls" },
	};
	return {
		certificates,
		imap,
		smtp,
		account: { address: "anna@example.com", name: "Anna Arnold", label: "work", ...endpoints },
		password: "right-horse",
		async stop() {
			await Promise.all([imap.stop(), smtp.stop()]);
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A communication server with the account anna@example.com connected to real mail servers. */
export async function startMail(options: Parameters<typeof startMailServers>[0] = {}) {
	const { stop, password, ...servers } = await startMailServers(options);
	const { certificates, imap, account } = servers;
	const communication = await startCommunication({ certificates });
	await communication.call(addEmailAccount, { ...account, password });
	return {
		...communication,
		...servers,
		/** Puts a mail into a mailbox as another program would. */
		async deliver(raw: string, flags: string[] = [], folderName = "INBOX") {
			const line = await this.line();
			await line.append(folderName, raw.replaceAll(/\r?\n/g, "\r\n"), flags);
			await line.logout();
		},
		/** A line of another mail program to the same mailbox. */
		async line() {
			const line = new ImapFlow({
				host: "localhost",
				port: imap.port,
				secure: false,
				auth: { user: account.address, pass: password },
				logger: false,
				tls: { ca: [await Bun.file(certificates.authority).text()] },
			});
			await line.connect();
			return line;
		},
		async stop() {
			await communication.stop();
			await stop();
		},
	};
}

export type Mail = Awaited<ReturnType<typeof startMail>>;

/** What a promise fails with. */
export async function failure(work: Promise<unknown>): Promise<AiosError> {
	const { AiosError } = await import("../../../core/contract/index.ts");
	const thrown = await work.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof AiosError) return thrown;
	throw new Error(`expected an AiosError, got ${String(thrown)}`, { cause: thrown });
}
