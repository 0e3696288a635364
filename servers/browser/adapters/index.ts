import { join } from "node:path";
import { findBrowser } from "../../../core/chrome/index.ts";
import {
	abortError,
	type Clock,
	type Principal,
	type Requirement,
	type ServerDeps,
} from "../../../core/contract/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { createWorks, type Works } from "../../../core/work/index.ts";
import { explain } from "./failures.ts";
import type { PageText } from "./page-text.ts";
import { createBrowserProcess } from "./process.ts";
import { startProxy, type WebProxy } from "./proxy.ts";
import { createSearch, type SearchResult, type WebSearch } from "./search/index.ts";
import { createSession, type Session, type SessionMemory } from "./session.ts";
import type { BrowserSettings } from "./settings.ts";
import { createSites, type Sites } from "./sites.ts";
import type { Tab } from "./tab.ts";

export { fieldRoles, findElement } from "./elements.ts";
export { evaluate } from "./evaluate.ts";
export { fillElement, optionsOf, submitForm } from "./forms.ts";
export { pressKeys } from "./keys.ts";
export { saveFile } from "./save.ts";
export type { SearchResult } from "./search/index.ts";
export type { Session } from "./session.ts";
export { browserSettings } from "./settings.ts";
export { accessibilityTree, renderTree } from "./snapshot.ts";
export { cut, type PageState, type Tab } from "./tab.ts";

/** A file that was downloaded. */
export interface Saved {
	path: string;
	bytes: number;
	url: string;
}

/** The web as the browser server's tools reach it. */
export interface BrowserAdapters {
	/** Runs work in a person's own part of the browser, which starts if it has to; stops waiting when the signal says so. */
	use<T>(user: Principal, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
	sites: Sites;
	search: WebSearch;
	/** Results of a person's last search, to be opened by number. */
	found: Map<string, readonly SearchResult[]>;
	transfers: Works<Saved>;
	folders: Folders;
	downloadFolder: string;
	requirements(): Promise<Requirement[]>;
	close(): Promise<void>;
}

/** The visible text of a page as Markdown; the libraries for it are loaded when first needed. */
export async function readText(tab: Tab, whole: boolean): Promise<PageText> {
	const reader = await import("./page-text.ts");
	return reader.readText(tab, whole);
}

/** Makes the adapters; the browser and its proxy start with the first call that needs them. */
export function createAdapters(deps: ServerDeps<BrowserSettings>): BrowserAdapters {
	const { settings, childEnv: env, dataDir, folders, clock, log, announce } = deps;
	const sites = createSites(settings);
	const executable = settings.executable ?? findBrowser({ platform: process.platform, env });
	const sessions = new Map<string, Promise<Session>>();
	const memories = new Map<string, SessionMemory>();
	let proxy: Promise<WebProxy> | undefined;
	const transfers = createWorks<Saved>({ letter: "d", noun: "download", atOnce: 5, announce });
	let lastTab = 0;

	const getProxy = () => {
		proxy ??= startProxy({ sites, log });
		return proxy;
	};
	const rememberAll = async () => {
		for (const [user, session] of [...sessions]) {
			sessions.delete(user);
			const known = await session.catch(() => undefined);
			if (known !== undefined) memories.set(user, known.memory());
		}
	};
	const browser = createBrowserProcess({
		executable,
		visible: settings.visible,
		answerMs: settings.answerSeconds * 1000,
		proxyPort: async () => (await getProxy()).port,
		dataDir,
		env,
		onGone: () => void rememberAll(),
		log,
	});
	const idle = createIdle({
		clock,
		ms: settings.idleMinutes * 60_000,
		async onIdle() {
			if (!browser.running()) return;
			await rememberAll();
			await browser.close();
			log.info("the browser was closed, as nobody used it");
		},
	});

	const openSession = async (user: string): Promise<Session> => {
		const running = await browser.get();
		const context = await running.createBrowserContext();
		const memory = memories.get(user);
		memories.delete(user);
		return createSession({
			context,
			proxy: await getProxy(),
			tabsPerUser: settings.tabsPerUser,
			downloadDir: join(dataDir, "downloads"),
			maxDownloadBytes: settings.downloadMb * 1_000_000,
			...(memory === undefined ? {} : { memory }),
			nextId: () => `t${++lastTab}`,
			log,
		});
	};
	const sessionOf = async (user: string): Promise<Session> => {
		const known = sessions.get(user);
		if (known !== undefined) return known;
		const opened = openSession(user);
		sessions.set(user, opened);
		opened.catch(() => {
			if (sessions.get(user) === opened) sessions.delete(user);
		});
		return opened;
	};

	return {
		sites,
		search: createSearch({ settings: settings.search, sites }),
		found: new Map(),
		transfers,
		folders: createFolders(folders),
		downloadFolder: settings.downloadFolder,
		async use(user, signal, work) {
			const done = idle.busy();
			try {
				return await orAborted(signal, async () => work(await sessionOf(user.id)));
			} catch (thrown) {
				throw explain(thrown);
			} finally {
				done();
			}
		},
		requirements: async () => [
			executable === undefined
				? {
						name: "browser",
						ok: false,
						detail: "no Chrome, Chromium or Edge was found",
						fix: "Install Chrome or Chromium, or name the program as executable in the settings of the browser.",
					}
				: { name: "browser", ok: true, detail: executable },
		],
		async close() {
			idle.stop();
			void transfers.close();
			await Promise.allSettled([...sessions.values()].map(async (session) => (await session).close()));
			sessions.clear();
			await browser.close();
			await (await proxy)?.close();
		},
	};
}

/** Calls back once nothing was busy for `ms`. */
function createIdle({ clock, ms, onIdle }: { clock: Clock; ms: number; onIdle(): Promise<void> }) {
	let users = 0;
	let cancel = () => {};
	return {
		busy() {
			users += 1;
			cancel();
			return () => {
				users -= 1;
				if (users === 0) cancel = clock.after(ms, () => void onIdle().catch(() => {}));
			};
		},
		stop: () => cancel(),
	};
}

async function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
	signal.throwIfAborted();
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(abortError(signal));
		signal.addEventListener("abort", stop, { once: true });
	});
	try {
		return await Promise.race([work(), aborted]);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
