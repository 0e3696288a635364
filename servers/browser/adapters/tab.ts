import type { CDPSession, Frame, HTTPResponse, Page } from "puppeteer-core";
import { AiosError } from "../../../core/contract/index.ts";
import { loadError } from "./failures.ts";
import { createReferences, type References } from "./references.ts";

/** How long a page may take to show itself, and after that to be complete, in milliseconds. */
const showMs = 20_000;
const completeMs = 4_000;
/** Things a page did that are reported, at most. */
const mostNotices = 8;

/** A page as it stands. Its title and address are a stranger's words. */
export interface PageState {
	tab: string;
	url: string;
	title: string;
	/** HTTP status of the last page opened by us. */
	status?: number;
	/** What happened beside: dialogs dismissed, windows refused, downloads not saved. */
	notices: string[];
}

export interface Tab {
	id: string;
	page: Page;
	cdp: CDPSession;
	references: References;
	/** Text of the page as last read, to read on in. */
	reading?: { markdown: string; title: string; truncated: boolean; whole: boolean; at: number };
	/** The last snapshot, to read on in. */
	snapshot?: string;
	notice(text: string): void;
	/** Opens an address in it. Throws what stands in the way. */
	go(url: string, signal: AbortSignal): Promise<void>;
	/** Runs something that may lead to another page and waits until the page is at rest. */
	act<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
	/** Goes back to the page before. Throws `conflict` where there is none. */
	back(signal: AbortSignal): Promise<void>;
	/** Throws `conflict` where no page stands in it, but what the browser shows of one that could not be opened. */
	checkLoaded(): Promise<void>;
	title(): Promise<string>;
	state(): Promise<PageState>;
	/** The address it is to be opened at again after the browser crashed. */
	address(): string;
	crashed(): boolean;
	close(): Promise<void>;
}

export interface TabDeps {
	id: string;
	page: Page;
	refusal(host: string): AiosError | undefined;
	/** Called when it is closed, whoever closed it. */
	onClose(tab: Tab): void;
}

/** Takes a page over: its dialogs are dismissed and what it does beside is noted. */
export async function createTab({ id, page, refusal, onClose }: TabDeps): Promise<Tab> {
	const cdp = await page.createCDPSession();
	let notices: string[] = [];
	let status: number | undefined;
	let crashed = false;
	let heading = "";
	let lastAddress = "";

	const notice = (text: string) => {
		if (notices.length < mostNotices && !notices.includes(text)) notices.push(text);
	};
	page.on("dialog", (dialog) => {
		const leaving = dialog.type() === "beforeunload";
		if (!leaving) notice(`The page showed a dialog, which was dismissed: "${cut(dialog.message(), 200)}"`);
		void (leaving ? dialog.accept() : dialog.dismiss()).catch(() => {});
	});
	page.on("request", (request) => {
		if (request.isNavigationRequest() && request.frame() === page.mainFrame()) heading = request.url();
	});
	page.on("framenavigated", (frame: Frame) => {
		if (frame !== page.mainFrame()) return;
		if (/^https?:/.test(frame.url())) lastAddress = frame.url();
		tab.reading = undefined;
		tab.snapshot = undefined;
	});
	page.on("error", () => {
		crashed = true;
	});
	page.on("close", () => onClose(tab));

	const failure = (cause: unknown, url: string) => loadError(cause, url, refusal(URL.parse(url)?.hostname ?? ""));

	/** Throws where the page that stands is none: the browser's own error page, or an address no page may have. */
	const checkArrival = async () => {
		const url = page.url();
		if (url.startsWith("chrome-error:")) {
			const target = heading;
			const reason = refusal(URL.parse(target)?.hostname ?? "") ?? loadError(new Error(""), target, undefined);
			throw reason;
		}
		if (!/^(?:https?:|about:blank|about:srcdoc|blob:)/.test(url)) {
			await page.goto("about:blank").catch(() => {});
			throw new AiosError("forbidden", `The page led to ${cut(url, 100)}, which is not a page of the web.`);
		}
	};

	const settle = async (navigating: boolean, signal: AbortSignal) => {
		if (navigating) await untilComplete(page, completeMs, signal);
		else await page.waitForNetworkIdle({ idleTime: 150, timeout: 1_000, signal }).catch(() => {});
	};

	const tab: Tab = {
		id,
		page,
		cdp,
		references: createReferences(),
		notice,
		async go(url, signal) {
			heading = url;
			status = undefined;
			let response: HTTPResponse | null = null;
			try {
				response = await page.goto(url, { waitUntil: "domcontentloaded", timeout: showMs, signal });
			} catch (cause) {
				signal.throwIfAborted();
				if (!isTimeout(cause)) throw failure(cause, heading);
				await cdp.send("Page.stopLoading").catch(() => {});
				if (!/^https?:/.test(page.url()) || page.url() !== heading) {
					throw new AiosError("timeout", `${URL.parse(url)?.hostname ?? url} took too long to answer.`, {
						fix: "Try again later.",
						cause,
					});
				}
				notice("The page was still loading after 20 s and was stopped.");
			}
			status = response?.status();
			await untilComplete(page, completeMs, signal);
			await checkArrival();
		},
		async act(work, signal) {
			let navigating = false;
			const before = page.url();
			const onRequest = (request: { isNavigationRequest(): boolean; frame(): Frame | null }) => {
				if (request.isNavigationRequest() && request.frame() === page.mainFrame()) navigating = true;
			};
			page.on("request", onRequest);
			try {
				const result = await work();
				await Bun.sleep(60);
				if (navigating) {
					status = undefined;
					await page
						.waitForFunction("document.readyState !== 'loading'", { timeout: showMs, signal })
						.catch(() => signal.throwIfAborted());
				}
				await settle(navigating, signal);
				if (!page.isClosed() && (navigating || page.url() !== before)) await checkArrival();
				return result;
			} finally {
				page.off("request", onRequest);
			}
		},
		async back(signal) {
			const { currentIndex, entries } = await cdp.send("Page.getNavigationHistory");
			const before = entries[currentIndex - 1];
			if (before === undefined || !/^https?:/.test(before.url)) {
				throw new AiosError("conflict", "There is no page to go back to.");
			}
			await tab.act(() => cdp.send("Page.navigateToHistoryEntry", { entryId: before.id }), signal);
		},
		async checkLoaded() {
			// The browser's own error page keeps the address that could not be opened.
			if ((await page.evaluate("location.protocol")) !== "chrome-error:") return;
			throw new AiosError("conflict", "The last page could not be opened, so there is nothing to work on.", {
				fix: "Open it again, or another page.",
			});
		},
		async title() {
			const target = await cdp.send("Target.getTargetInfo").catch(() => undefined);
			return cut(target?.targetInfo.title ?? "", 300);
		},
		async state() {
			const told = notices;
			notices = [];
			return {
				tab: id,
				url: cut(page.url(), 4_000),
				title: crashed || page.isClosed() ? "" : await tab.title(),
				...(status === undefined ? {} : { status }),
				notices: told,
			};
		},
		address: () => lastAddress,
		crashed: () => crashed,
		async close() {
			await page.close().catch(() => {});
		},
	};
	return tab;
}

async function untilComplete(page: Page, timeout: number, signal: AbortSignal): Promise<void> {
	await page
		.waitForFunction("document.readyState === 'complete'", { timeout, polling: 100, signal })
		.catch(() => signal.throwIfAborted());
}

function isTimeout(error: unknown): boolean {
	return error instanceof Error && error.name === "TimeoutError";
}

export function cut(text: string, length: number): string {
	const one = text.replace(/\s+/g, " ").trim();
	return one.length <= length ? one : `${one.slice(0, length - 1)}…`;
}
