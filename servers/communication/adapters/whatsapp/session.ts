import type { Client } from "whatsapp-web.js";
import { AiosError, abortError, type Logger } from "../../../../core/contract/index.ts";

/** `scan`: a QR code waits to be scanned by the phone. `ready`: messages go in and out. */
export type WhatsAppState = "off" | "starting" | "scan" | "connecting" | "ready" | "failed";

export interface WhatsAppStatus {
	state: WhatsAppState;
	/** What the phone has to scan, while the state is `scan`. */
	qr?: string;
	/** Why it failed or was switched off. */
	reason?: string;
	/** One's own number and name, once ready. */
	number?: string;
	name?: string;
}

export interface SessionDeps {
	/** Makes the library's client; nothing is started by it. */
	create(): Promise<Client>;
	log: Logger;
}

/** One person's WhatsApp, in a browser of its own. */
export interface WhatsAppSession {
	status(): WhatsAppStatus;
	/** Starts it where it is off, and waits until there is a code to scan or it is ready. */
	start(signal: AbortSignal): Promise<WhatsAppStatus>;
	/** The client once it is ready. Throws `missing_part` where the phone has to be linked first. */
	ready(signal: AbortSignal): Promise<Client>;
	/** Unlinks the phone and forgets the session. */
	logout(): Promise<void>;
	/** Ends the browser; the link stays. */
	stop(): Promise<void>;
}

/** Where the state is one of these, waiting for something to happen ends. */
const settled: ReadonlySet<WhatsAppState> = new Set(["scan", "ready", "failed", "off"]);

const browserPollMs = 50;

export function createSession({ create, log }: SessionDeps): WhatsAppSession {
	let status: WhatsAppStatus = { state: "off" };
	let client: Client | undefined;
	/** The last start; rejects where something outside is missing. */
	let launching: Promise<void> | undefined;
	/** The client whose browser is being started. */
	let initializing: Client | undefined;
	const waiting = new Set<() => void>();

	function set(next: WhatsAppStatus): void {
		status = next;
		for (const wake of waiting) wake();
	}

	function until(reached: () => boolean, signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const done = () => {
				waiting.delete(check);
				signal.removeEventListener("abort", onAbort);
			};
			const check = () => {
				if (!reached()) return;
				done();
				resolve();
			};
			const onAbort = () => {
				done();
				reject(abortError(signal));
			};
			waiting.add(check);
			signal.addEventListener("abort", onAbort, { once: true });
			if (signal.aborted) onAbort();
			else check();
		});
	}

	async function end(reason: string | undefined, state: "off" | "failed"): Promise<void> {
		const ended = client;
		client = undefined;
		set({ state, ...(reason === undefined ? {} : { reason }) });
		if (ended === undefined) return;
		// A browser still on its way would be left running: nobody but the library knows of it.
		while (initializing === ended && !ended.pupBrowser) await Bun.sleep(browserPollMs);
		await ended.destroy().catch(() => {});
	}

	function listen(made: Client): void {
		const current = (next: () => WhatsAppStatus) => {
			if (client === made) set(next());
		};
		made.on("qr", (qr: string) => current(() => ({ state: "scan", qr })));
		made.on("authenticated", () => current(() => ({ state: "connecting" })));
		made.on("ready", () =>
			current(() => ({ state: "ready", number: `+${made.info.wid.user}`, name: made.info.pushname })),
		);
		made.on("auth_failure", (message: string) => void (client === made && end(message, "failed")));
		made.on("disconnected", (reason: string) => {
			if (client === made) void end(`WhatsApp ended the link (${reason}).`, "off");
		});
	}

	async function launch(): Promise<void> {
		set({ state: "starting" });
		try {
			const made = await create();
			// Stopped meanwhile.
			if (status.state !== "starting") return;
			client = made;
			listen(made);
			guardInject(made, (thrown) => {
				if (client === made) void end(wordsOf(thrown), "failed");
			});
			initializing = made;
			await made.initialize().finally(() => {
				initializing = undefined;
			});
			made.pupBrowser?.once("disconnected", () => {
				if (client === made) void end("The browser of WhatsApp ended.", "off");
			});
		} catch (thrown) {
			log.warn("WhatsApp could not be started", { error: wordsOf(thrown) });
			await end(thrown instanceof AiosError ? thrown.message : wordsOf(thrown), "failed");
			if (thrown instanceof AiosError) throw thrown;
		}
	}

	async function start(signal: AbortSignal): Promise<WhatsAppStatus> {
		signal.throwIfAborted();
		if (status.state === "off" || status.state === "failed") {
			launching = launch();
			// Whoever waits hears of it below; nobody may wait any more.
			launching.catch(() => {});
		}
		await until(() => settled.has(status.state), signal);
		if (status.state === "failed") await launching;
		return status;
	}

	return {
		status: () => status,
		start,
		async ready(signal) {
			const reached = status.state === "ready" ? status : await start(signal);
			if (reached.state === "ready" && client !== undefined) return client;
			if (reached.state === "scan") {
				throw new AiosError("missing_part", "WhatsApp is not linked to your phone.", {
					spoken: "WhatsApp is not linked to your phone yet.",
					fix: "Call connect_whatsapp and scan the code on the page with your phone.",
				});
			}
			throw new AiosError("unavailable", `WhatsApp could not be started: ${reached.reason ?? "it ended"}`, {
				spoken: "WhatsApp could not be started.",
				fix: "Try again; connect_whatsapp shows its state.",
			});
		},
		async logout() {
			const linked = client;
			client = undefined;
			set({ state: "off" });
			if (linked === undefined) return;
			await linked.logout().catch(async (error: unknown) => {
				log.warn("WhatsApp could not be told to unlink", { error: wordsOf(error) });
				await linked.destroy().catch(() => {});
			});
		},
		stop: () => end(undefined, "off"),
	};
}

/** The library injects its code again whenever the page reloads, and a failure there would have nobody to catch it. */
function guardInject(client: Client, failed: (thrown: unknown) => void): void {
	const inject: unknown = Reflect.get(client, "inject");
	if (typeof inject !== "function") return;
	Reflect.set(client, "inject", async () => {
		try {
			await inject.call(client);
		} catch (thrown) {
			failed(thrown);
		}
	});
}

/** The library throws plain strings too. */
function wordsOf(thrown: unknown): string {
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	if (text === "auth timeout") return "The page of WhatsApp did not load in time.";
	if (/ERR_(NAME_NOT_RESOLVED|INTERNET_DISCONNECTED|CONNECTION|PROXY|TIMED_OUT)/.test(text)) {
		return "The page of WhatsApp can't be reached.";
	}
	return text.split("\n")[0] ?? text;
}
