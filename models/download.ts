import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AiosError } from "../core/contract/index.ts";
import { diskFull, isDiskFull } from "./disk.ts";
import type { FilePin } from "./records.ts";
import { byHand, request, unreachable } from "./request.ts";
import { sha256Of } from "./verify.ts";

export interface DownloadOptions {
	signal?: AbortSignal;
	/** Bytes of this file that are on disk now; falls back to 0 where a part turns out to be useless. */
	onReceived?(bytes: number): void;
	onVerifying?(): void;
	/** Milliseconds to wait before each further attempt; their number is the number of further attempts. */
	retryAfterMs?: readonly number[];
	/** Longest silence within a transfer before it is taken for dead. */
	stallMs?: number;
}

const patience = [500, 1_000, 2_000, 4_000];

/**
 * Downloads one file to `path` and gives its SHA-256. What an earlier attempt left in `path.part` is resumed as long
 * as the source still has the same file; the whole is checked against the published digest and appears under its
 * name at once. Throws AiosError: `unavailable` (the part is kept), `disk_full` (the part is removed, for room),
 * `upstream_failed` where the bytes are not the published ones, `cancelled`.
 */
export async function downloadFile(
	url: string,
	path: string,
	pin: FilePin,
	options: DownloadOptions = {},
): Promise<string> {
	const part = `${path}.part`;
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	try {
		await receiveAll(url, part, pin, options);
		options.onVerifying?.();
		let sha256 = await digestIfPublished(part, pin);
		if (sha256 === undefined) {
			// A resumed part may have been bad from the start: once more, from nothing.
			await discard(part);
			await receiveAll(url, part, pin, options);
			options.onVerifying?.();
			sha256 = await digestIfPublished(part, pin);
		}
		if (sha256 === undefined) {
			await discard(part);
			throw new AiosError(
				"upstream_failed",
				`${basename(path)} arrived altered: its checksum differs from the published one.`,
				{
					spoken: "The model arrived damaged and was thrown away.",
					fix: `Something between here and ${new URL(url).host} changes files. ${byHand}`,
					details: { file: path },
				},
			);
		}
		await rename(part, path);
		await rm(`${part}.etag`, { force: true });
		return sha256;
	} catch (error) {
		if (!isDiskFull(error)) throw error;
		await discard(part);
		throw diskFull(dirname(path), {}, error);
	}
}

/** Bytes an earlier attempt left behind. */
export async function partialBytes(path: string): Promise<number> {
	return (await stat(`${path}.part`).catch(() => undefined))?.size ?? 0;
}

async function receiveAll(url: string, part: string, pin: FilePin, options: DownloadOptions): Promise<void> {
	const waits = options.retryAfterMs ?? patience;
	let answered = false;
	for (let attempt = 0; ; attempt++) {
		try {
			return await receive(url, part, pin, { ...options, onAnswer: () => (answered = true) });
		} catch (error) {
			const wait = waits[attempt];
			const passing = error instanceof AiosError && error.code === "unavailable";
			// A source that never answered is not there; one that broke off or is busy is worth another try.
			const there = answered || (passing && error.details?.status !== undefined);
			if (wait === undefined || !passing || !there) throw error;
			await sleep(wait, undefined, { signal: options.signal });
		}
	}
}

async function receive(
	url: string,
	part: string,
	pin: FilePin,
	options: DownloadOptions & { onAnswer(): void },
): Promise<void> {
	let start = await sizeOf(part);
	const etag = await readFile(`${part}.etag`, "utf8").catch(() => "");
	if (start > pin.bytes || (start > 0 && etag === "")) {
		await discard(part);
		start = 0;
	}
	options.onReceived?.(start);
	if (start === pin.bytes && pin.bytes > 0) return;
	const stop = new AbortController();
	const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
	const headers: Record<string, string> = { "accept-encoding": "identity" };
	if (start > 0) Object.assign(headers, { range: `bytes=${start}-`, "if-range": etag });
	const response = await request(url, { headers, signal, accept: [416] });
	options.onAnswer();
	const resumed = response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${start}-`);
	if (response.status === 416 || (response.status === 206 && !resumed)) {
		await response.body?.cancel();
		await discard(part);
		throw unreachable(url, "did not offer the rest of the file");
	}
	const file = await open(part, resumed ? "a" : "w");
	try {
		await rememberEtag(part, response);
		await copy(response, file, { url, pin, start: resumed ? start : 0, stop, options });
		await file.sync();
	} finally {
		stop.abort();
		await file.close();
	}
}

interface Copy {
	url: string;
	pin: FilePin;
	start: number;
	stop: AbortController;
	options: DownloadOptions;
}

async function copy(response: Response, file: FileHandle, { url, pin, start, stop, options }: Copy): Promise<void> {
	let received = start;
	let stalled = false;
	const stall = () => {
		stalled = true;
		stop.abort();
	};
	let timer = setTimeout(stall, options.stallMs ?? 30_000);
	const reader = response.body?.getReader();
	try {
		for (;;) {
			const piece = await reader?.read();
			if (piece === undefined || piece.done) break;
			clearTimeout(timer);
			received += piece.value.byteLength;
			if (received > pin.bytes) {
				await file.truncate(0);
				throw new AiosError(
					"upstream_failed",
					`${new URL(url).host} sent more than the ${pin.bytes} bytes of the file.`,
					{
						fix: byHand,
					},
				);
			}
			for (let written = 0; written < piece.value.byteLength; ) {
				written += (await file.write(piece.value, written)).bytesWritten;
			}
			options.onReceived?.(received);
			timer = setTimeout(stall, options.stallMs ?? 30_000);
		}
	} catch (error) {
		if (options.signal?.aborted) throw AiosError.from(options.signal.reason);
		if (error instanceof AiosError || isDiskFull(error)) throw error;
		throw unreachable(url, stalled ? "stopped sending" : "broke the connection off", error);
	} finally {
		clearTimeout(timer);
	}
	if (received < pin.bytes) throw unreachable(url, `broke off after ${received} of ${pin.bytes} bytes`);
}

/** Only a strong validator makes a resume safe (RFC 9110, 13.1.5); without one the next attempt starts over. */
async function rememberEtag(part: string, response: Response): Promise<void> {
	const etag = response.headers.get("etag") ?? "";
	await writeFile(`${part}.etag`, etag.startsWith("W/") ? "" : etag);
}

/** The file's SHA-256 if its bytes have the published digest, else undefined. */
export async function digestIfPublished(path: string, pin: FilePin): Promise<string | undefined> {
	const [kind, digest] = pin.published.split(":");
	if ((await stat(path).catch(() => undefined))?.size !== pin.bytes) return undefined;
	const sha256 = await sha256Of(path);
	if (kind === "sha256") return sha256 === digest ? sha256 : undefined;
	return (await gitBlobId(path, pin.bytes)) === digest ? sha256 : undefined;
}

/** The id git gives a file's content: SHA-1 over `blob SIZE`, a zero byte and the bytes. */
async function gitBlobId(path: string, bytes: number): Promise<string> {
	const hash = createHash("sha1").update(`blob ${bytes}\0`);
	for await (const piece of createReadStream(path)) hash.update(piece);
	return hash.digest("hex");
}

async function discard(part: string): Promise<void> {
	await rm(part, { force: true });
	await rm(`${part}.etag`, { force: true });
}

async function sizeOf(path: string): Promise<number> {
	return (await stat(path).catch(() => undefined))?.size ?? 0;
}
