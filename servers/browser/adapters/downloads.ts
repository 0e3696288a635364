import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page, Protocol } from "puppeteer-core";
import { AiosError, abortError, type Progress } from "../../../core/contract/index.ts";
import { loadError } from "./failures.ts";

/** How long a download may take to begin, in milliseconds. */
const beginMs = 20_000;

/** A file that came down, in a folder of ours; `remove` clears it away when it was taken elsewhere. */
export interface Downloaded {
	path: string;
	/** The name the site gives it: a stranger's words. */
	name: string;
	url: string;
	bytes: number;
	remove(): Promise<void>;
}

export interface DownloadOptions {
	/** The page the download begins in. */
	page: Page;
	/** What makes it begin. */
	begin(): Promise<unknown>;
	progress(update: Progress): void;
	signal: AbortSignal;
}

/** Downloads of one person. One that nobody asked for is cancelled. */
export interface Downloads {
	/** Throws `too_large`, `timeout` where none begins, `upstream_failed` where it breaks off. */
	take(options: DownloadOptions): Promise<Downloaded>;
	/** Downloads what is at an address, also where a page would show it. Further, throws what the site answers. */
	fetch(options: Pick<DownloadOptions, "progress" | "signal"> & { url: string }): Promise<Downloaded>;
	close(): Promise<void>;
}

export interface DownloadsDeps {
	context: BrowserContext;
	dir: string;
	maxBytes: number;
	/** Why a host was not reached, if it was refused. */
	refusal(host: string): AiosError | undefined;
	/** Called when a page began a download by itself. */
	onRefused(name: string): void;
}

interface Waiting {
	frames: ReadonlySet<string>;
	began(event: Protocol.Browser.DownloadWillBeginEvent): void;
	moved(event: Protocol.Browser.DownloadProgressEvent): void;
	guid?: string;
}

export async function createDownloads({
	context,
	dir,
	maxBytes,
	refusal,
	onRefused,
}: DownloadsDeps): Promise<Downloads> {
	await mkdir(dir, { recursive: true, mode: 0o700 });
	const folder = await mkdtemp(join(dir, "download-"));
	// A line of its own to the browser hears of this person's downloads only.
	const line = await context.browser().target().createCDPSession();
	const waiting = new Set<Waiting>();
	const cancel = (guid: string) =>
		line.send("Browser.cancelDownload", { guid, browserContextId: context.id }).catch(() => {});

	line.on("Browser.downloadWillBegin", (event) => {
		const taker = [...waiting].find((one) => one.guid === undefined && one.frames.has(event.frameId));
		if (taker === undefined) {
			void cancel(event.guid);
			onRefused(event.suggestedFilename);
			return;
		}
		taker.guid = event.guid;
		taker.began(event);
	});
	line.on("Browser.downloadProgress", (event) => {
		const taker = [...waiting].find(({ guid }) => guid === event.guid);
		if (taker !== undefined) taker.moved(event);
		else if (event.state === "completed") void rm(join(folder, event.guid), { force: true }).catch(() => {});
	});
	await line.send("Browser.setDownloadBehavior", {
		behavior: "allowAndName",
		browserContextId: context.id,
		downloadPath: folder,
		eventsEnabled: true,
	});

	const downloads: Downloads = {
		async fetch({ url, progress, signal }) {
			const page = await context.newPage();
			let reached = () => url;
			try {
				const { failed, last } = await forceDownload(page, url);
				reached = last;
				const begin = () => Promise.race([page.goto(url, { timeout: beginMs, signal }), failed]);
				return await downloads.take({ page, begin, progress, signal });
			} catch (thrown) {
				if (thrown instanceof AiosError) throw thrown;
				throw loadError(thrown, reached(), refusal(new URL(reached()).hostname));
			} finally {
				// The answer does not wait for a page that is slow to go.
				void page.close().catch(() => {});
			}
		},
		async take({ page, begin, progress, signal }) {
			const frames = await frameIds(page);
			return new Promise<Downloaded>((resolve, reject) => {
				let file: { name: string; url: string } | undefined;
				const entry: Waiting = {
					frames,
					began({ suggestedFilename, url }) {
						clearTimeout(late);
						file = { name: suggestedFilename, url };
						progress({ progress: 0, message: `Downloading ${suggestedFilename.slice(0, 100)}` });
					},
					moved({ guid, receivedBytes, totalBytes, state }) {
						if (Math.max(receivedBytes, totalBytes) > maxBytes) {
							return stop(
								new AiosError("too_large", `The file is larger than the ${maxBytes / 1_000_000} MB allowed.`, {
									fix: "An administrator can raise downloadMb in the settings of the browser.",
									spoken: "The file is larger than I may download.",
								}),
							);
						}
						if (state === "inProgress") {
							progress({ progress: receivedBytes, ...(totalBytes > 0 ? { total: totalBytes } : {}) });
							return;
						}
						if (state === "canceled" || file === undefined) {
							return stop(new AiosError("upstream_failed", "The download broke off.", { fix: "Try again later." }));
						}
						done();
						const path = join(folder, guid);
						resolve({ ...file, path, bytes: receivedBytes, remove: () => rm(path, { force: true }) });
					},
				};
				const done = () => {
					clearTimeout(late);
					waiting.delete(entry);
					signal.removeEventListener("abort", onAbort);
				};
				const stop = (error: unknown) => {
					done();
					if (entry.guid !== undefined) {
						const { guid } = entry;
						void cancel(guid).then(() => rm(join(folder, guid), { force: true }).catch(() => {}));
					}
					reject(error);
				};
				const onAbort = () => stop(abortError(signal));
				const late = setTimeout(
					() =>
						stop(
							new AiosError("timeout", "No download began.", {
								fix: "Check that the address or the element really gives a file.",
							}),
						),
					beginMs,
				);
				waiting.add(entry);
				if (signal.aborted) return onAbort();
				signal.addEventListener("abort", onAbort, { once: true });
				begin().catch((error) => {
					// A page that turns into a download is, to the browser, a page that did not open.
					if (!/ERR_ABORTED/.test(String(error))) stop(error);
				});
			});
		},
		async close() {
			await line.detach().catch(() => {});
			await rm(folder, { recursive: true, force: true }).catch(() => {});
		},
	};
	return downloads;
}

/**
 * Has whatever a page's address gives saved and not shown. The promise fails where the site answers with an error;
 * `last` is the address it went to last.
 */
async function forceDownload(page: Page, url: string): Promise<{ failed: Promise<never>; last(): string }> {
	let last = url;
	const line = await page.createCDPSession();
	let fail: (error: AiosError) => void = () => {};
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	failed.catch(() => {});
	line.on("Fetch.requestPaused", ({ requestId, request, responseStatusCode = 0, responseHeaders = [] }) => {
		const resume = (headers?: Protocol.Fetch.HeaderEntry[]) =>
			line
				.send("Fetch.continueResponse", {
					requestId,
					...(headers === undefined ? {} : { responseCode: responseStatusCode, responseHeaders: headers }),
				})
				.catch(() => {});
		if (responseStatusCode >= 400) {
			const { hostname } = new URL(request.url);
			fail(
				new AiosError("upstream_failed", `${hostname} answered with error ${responseStatusCode}.`, {
					fix: "Check the address of the file.",
				}),
			);
		}
		const location = responseHeaders.find(({ name }) => name.toLowerCase() === "location")?.value;
		last = (location === undefined ? null : URL.parse(location, request.url))?.href ?? request.url;
		if (responseStatusCode < 200 || responseStatusCode >= 300) return void resume();
		const isDisposition = ({ name }: Protocol.Fetch.HeaderEntry) => name.toLowerCase() === "content-disposition";
		const said = responseHeaders.find(isDisposition)?.value ?? "";
		const value = /^\s*attachment/i.test(said) ? said : `attachment${/;.*$/s.exec(said)?.[0] ?? ""}`;
		void resume([
			...responseHeaders.filter((header) => !isDisposition(header)),
			{ name: "Content-Disposition", value },
		]);
	});
	await line.send("Fetch.enable", { patterns: [{ requestStage: "Response", resourceType: "Document" }] });
	return { failed, last: () => last };
}

async function frameIds(page: Page): Promise<Set<string>> {
	const session = await page.createCDPSession();
	try {
		const { frameTree } = await session.send("Page.getFrameTree");
		const ids = new Set<string>();
		const walk = ({ frame, childFrames = [] }: Protocol.Page.FrameTree) => {
			ids.add(frame.id);
			for (const child of childFrames) walk(child);
		};
		walk(frameTree);
		return ids;
	} finally {
		await session.detach().catch(() => {});
	}
}
