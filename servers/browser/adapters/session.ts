import type { BrowserContext, Page } from "puppeteer-core";
import { AiosError, type Logger } from "../../../core/contract/index.ts";
import { createDownloads, type Downloads } from "./downloads.ts";
import type { WebProxy } from "./proxy.ts";
import { createTab, cut, type Tab } from "./tab.ts";

/** One person's part of the browser: cookies, tabs and downloads that no other person's pages see. */
export interface Session {
	/** The tab in front. Throws `conflict` where none is open. */
	current(signal: AbortSignal): Promise<Tab>;
	/** The tab in front, or a new one. */
	currentOrNew(): Promise<Tab>;
	/** A new tab, in front. Throws `conflict` where there are as many as may be. */
	open(): Promise<Tab>;
	tabs(): readonly Tab[];
	front(): Tab | undefined;
	/** Brings a tab to the front. Throws `not_found`. */
	switchTo(id: string): Promise<Tab>;
	downloads: Downloads;
	/** A window the pages opened since the last call, if one did; it is in front then. */
	takePopup(): Tab | undefined;
	/** Addresses of the tabs and which is in front, to open them again. */
	memory(): SessionMemory;
	close(): Promise<void>;
}

export interface SessionMemory {
	addresses: string[];
	front: number;
}

export interface SessionDeps {
	context: BrowserContext;
	proxy: WebProxy;
	tabsPerUser: number;
	/** Folder for unfinished downloads. */
	downloadDir: string;
	maxDownloadBytes: number;
	/** Tabs of a browser that is gone, to be opened again. */
	memory?: SessionMemory;
	/** Numbers the tabs, on and on over restarts. */
	nextId(): string;
	log: Logger;
}

export async function createSession(deps: SessionDeps): Promise<Session> {
	const { context, proxy, tabsPerUser, nextId, log } = deps;
	const tabs: Tab[] = [];
	let front: Tab | undefined;
	let popup: Tab | undefined;
	let opening = 0;
	let lost = deps.memory;

	const onClose = (tab: Tab) => {
		const at = tabs.indexOf(tab);
		if (at < 0) return;
		tabs.splice(at, 1);
		if (front === tab) front = tabs[Math.min(at, tabs.length - 1)];
		if (popup === tab) popup = undefined;
	};
	const take = async (page: Page): Promise<Tab> => {
		const tab = await createTab({ id: nextId(), page, refusal: proxy.refusal, onClose });
		tabs.push(tab);
		return tab;
	};
	const downloads = await createDownloads({
		context,
		dir: deps.downloadDir,
		maxBytes: deps.maxDownloadBytes,
		refusal: proxy.refusal,
		onRefused: (name) => front?.notice(`The page offered the file "${cut(name, 100)}"; it was not saved.`),
	});

	const newTab = async (): Promise<Tab> => {
		if (tabs.length + opening >= tabsPerUser) {
			throw new AiosError("conflict", `There are ${tabs.length} tabs open already, which is as many as may be.`, {
				fix: "Close a tab first.",
			});
		}
		opening += 1;
		try {
			front = await take(await context.newPage());
			return front;
		} finally {
			opening -= 1;
		}
	};
	const onTarget = async (page: Page) => {
		if (tabs.length >= tabsPerUser) {
			front?.notice("The page opened another window; it was closed, because too many are open.");
			await page.close();
			return;
		}
		const opener = front;
		const tab = await take(page);
		popup = tab;
		front = tab;
		opener?.notice("The page opened a new tab.");
	};
	context.on("targetcreated", (target) => {
		// Windows of our own making have no opener.
		if (target.type() !== "page" || target.opener() === undefined) return;
		target
			.page()
			.then((page) => (page === null ? undefined : onTarget(page)))
			.catch((error) => log.debug("a new window was gone at once", { error: String(error) }));
	});

	/** Opens the tabs of the browser that is gone again: the one in front now, the others too but without waiting. */
	const restore = async (signal: AbortSignal) => {
		const memory = lost;
		lost = undefined;
		if (memory === undefined) return;
		const restored: Tab[] = [];
		for (const address of memory.addresses.slice(0, tabsPerUser)) {
			const tab = await newTab();
			restored.push(tab);
			const loaded = tab.go(address, signal);
			if (restored.length - 1 === memory.front) await loaded;
			else loaded.catch(() => {});
		}
		front = restored[memory.front] ?? restored.at(-1);
	};
	const revived = async (tab: Tab, signal: AbortSignal): Promise<Tab> => {
		if (!tab.crashed()) return tab;
		const address = tab.address();
		await tab.close();
		onClose(tab);
		const fresh = await newTab();
		fresh.notice("The page had crashed and was opened again.");
		if (address !== "") await fresh.go(address, signal);
		return fresh;
	};

	return {
		downloads,
		async current(signal) {
			if (front === undefined) await restore(signal);
			if (front === undefined) {
				throw new AiosError("conflict", "No page is open.", { fix: "Open one first, with open_url or search." });
			}
			return revived(front, signal);
		},
		async currentOrNew() {
			lost = undefined;
			if (front?.crashed() === true) {
				const dead = front;
				await dead.close();
				onClose(dead);
			}
			return front ?? newTab();
		},
		open: newTab,
		tabs: () => tabs,
		front: () => front,
		async switchTo(id) {
			const tab = tabs.find((one) => one.id === id);
			if (tab === undefined) {
				throw new AiosError("not_found", `There is no tab ${id}.`, { fix: "list_tabs shows which are open." });
			}
			front = tab;
			await tab.page.bringToFront();
			return tab;
		},
		takePopup() {
			const opened = popup;
			popup = undefined;
			return opened;
		},
		memory() {
			if (lost !== undefined) return lost;
			const kept = tabs.filter((tab) => tab.address() !== "");
			return { addresses: kept.map((tab) => tab.address()), front: front === undefined ? 0 : kept.indexOf(front) };
		},
		async close() {
			await downloads.close();
			await context.close().catch(() => {});
		},
	};
}
