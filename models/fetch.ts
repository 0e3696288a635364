import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AiosError, type ServerEvent } from "../core/contract/index.ts";
import type { CatalogueModel, ModelSource } from "./catalog.ts";
import { modelBytes } from "./catalog.ts";
import { diskFull, isDiskFull, requireSpace } from "./disk.ts";
import { digestIfPublished, downloadFile, partialBytes } from "./download.ts";
import { findModel, known, surveyModels } from "./find.ts";
import { defaultHub, fileUrl, readManifest } from "./hub.ts";
import type { FoundModel, ModelPlaces } from "./kinds.ts";
import { takeLease } from "./lease.ts";
import { modelsDir, type Pins, readPins, writePins } from "./records.ts";

export type ModelProgress = ServerEvent<"model:progress">;

export interface EnsureOptions extends ModelPlaces {
	/** Never download. */
	offline?: boolean;
	/** Called about five times a second while bytes come, and at every change of state. */
	onProgress?(progress: ModelProgress): void;
	signal?: AbortSignal;
	/** Base address of the model hub. */
	hub?: string;
	/** Bytes that must stay free on the disk after the download. */
	reserveBytes?: number;
	/** Milliseconds to wait before each further attempt of a transfer that broke off. */
	retryAfterMs?: readonly number[];
}

/** Left free for the database, logs and everybody else. */
const defaultReserve = 200_000_000;

/**
 * Gives a model, downloading it into the data folder where no whole copy is on this machine. Callers at the same
 * time, in this process or another, share one download: the later ones wait for it.
 * Throws AiosError: `unavailable` (no network, or offline), `disk_full`, `upstream_failed`, `cancelled`,
 * `missing_part` for a damaged package, `not_found` for a name not in the catalogue.
 */
export async function ensureModel(name: string, options: EnsureOptions): Promise<FoundModel> {
	const model = known(name);
	const report = reporter(model, options.onProgress);
	try {
		const found = (await present(name, options)) ?? (await obtain(model, options, report));
		report("ready");
		return found;
	} catch (error) {
		const failure = isDiskFull(error) ? diskFull(options.dataDir, {}, error) : AiosError.from(error);
		report("failed", failure.message);
		throw failure;
	}
}

async function present(name: string, places: ModelPlaces): Promise<FoundModel | undefined> {
	const [state] = await surveyModels(places, [name]);
	return state?.found;
}

async function obtain(model: CatalogueModel, options: EnsureOptions, report: Report): Promise<FoundModel> {
	const { source } = model;
	if (source.from === "package") return findModel(model.name, options);
	if (options.offline) {
		const [state] = await surveyModels(options, [model.name]);
		if (state !== undefined && state.problems.length > 0) return findModel(model.name, options);
		throw new AiosError(
			"unavailable",
			`The model ${model.name} is not on this machine and AIOS is set to stay offline.`,
			{
				fix: `Unset AIOS_OFFLINE, or put the files of ${source.repository} into a folder ${model.name} of AIOS_MODELS_DIR.`,
			},
		);
	}
	const base = modelsDir(options.dataDir);
	const waiting = () => void partialBytesOf(model, base).then((bytes) => report("downloading", undefined, bytes));
	const release = await takeLease(join(base, `${model.name}.lease`), options.signal, waiting);
	try {
		const done = await present(model.name, options);
		if (done !== undefined) return done;
		report("downloading", undefined, 0);
		const pins = await manifest(model, source, options);
		await download(model, pins, options, report);
		return await findModel(model.name, options);
	} finally {
		release();
	}
}

/** What to download: as recorded before, unless the catalogue has moved on to another revision. */
async function manifest(
	model: CatalogueModel,
	source: Extract<ModelSource, { from: "hub" }>,
	options: EnsureOptions,
): Promise<Pins> {
	const { hub = defaultHub, signal, dataDir } = options;
	const before = await readPins(dataDir, model.name);
	const { repository, revision } = source;
	const covered = (path: string) => Object.keys(before?.files ?? {}).some((name) => name.startsWith(path));
	const valid = before?.repository === repository && before.revision === revision;
	if (valid && model.files.every(({ path }) => covered(path))) return before;
	const files = await readManifest(hub, source, model.files, signal);
	return { version: 1, repository, revision, complete: false, files };
}

async function download(model: CatalogueModel, pins: Pins, options: EnsureOptions, report: Report): Promise<void> {
	const { hub = defaultHub, dataDir, reserveBytes = defaultReserve, retryAfterMs } = options;
	const dir = join(modelsDir(dataDir), model.name);
	await mkdir(dir, { recursive: true, mode: 0o700 });
	const files = Object.entries(pins.files);
	const total = files.reduce((sum, [, pin]) => sum + pin.bytes, 0);
	const there = new Map<string, number>();
	const missing: typeof files = [];
	let left = 0;
	for (const [path, pin] of files) {
		pin.sha256 = await digestIfPublished(join(dir, path), pin);
		const bytes = pin.sha256 === undefined ? await partialBytes(join(dir, path)) : pin.bytes;
		there.set(path, Math.min(bytes, pin.bytes));
		if (pin.sha256 === undefined) missing.push([path, pin]);
		left += Math.max(0, pin.bytes - bytes);
	}
	await requireSpace(dir, left, reserveBytes);
	await writePins(dataDir, model.name, { ...pins, complete: false });
	const received = () => [...there.values()].reduce((sum, bytes) => sum + bytes, 0);
	await inParallel(missing, options.signal, async ([path, pin], signal) => {
		pin.sha256 = await downloadFile(fileUrl(hub, pins.repository, pins.revision, path), join(dir, path), pin, {
			signal,
			...(retryAfterMs && { retryAfterMs }),
			onReceived(bytes) {
				there.set(path, bytes);
				report("downloading", undefined, received(), total);
			},
			onVerifying() {
				if (pin.bytes > 1e6) report("verifying", undefined, received(), total);
			},
		});
	});
	await writePins(dataDir, model.name, { ...pins, complete: true });
}

/** A voice has hundreds of tiny files, for which the way there and back is all the time they take. */
const lanes = 4;

/** Runs `work` on every item, a few at a time. The first failure stops the rest and is the one thrown. */
async function inParallel<T>(
	items: readonly T[],
	outer: AbortSignal | undefined,
	work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const stop = new AbortController();
	const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
	const queue = items.values();
	let failure: { error: unknown } | undefined;
	const lane = async () => {
		for (const item of queue) {
			if (failure !== undefined) return;
			try {
				await work(item, signal);
			} catch (error) {
				failure ??= { error };
				stop.abort();
			}
		}
	};
	await Promise.all(Array.from({ length: lanes }, lane));
	if (failure !== undefined) throw failure.error;
}

/** How far somebody else's download of the model is. */
async function partialBytesOf(model: CatalogueModel, base: string): Promise<number> {
	let bytes = 0;
	for (const { path } of model.files) {
		const file = join(base, model.name, path);
		const there = path.endsWith("/") ? undefined : await stat(file).catch(() => undefined);
		bytes += there?.size ?? (await partialBytes(file));
	}
	return bytes;
}

type Report = (state: ModelProgress["state"], message?: string, received?: number, total?: number) => void;

/** Milliseconds between two reports of the same state. */
const reportEveryMs = 200;

/** Passes progress on, no more than five times a second within one state; the newest is never lost. */
function reporter(model: CatalogueModel, onProgress: EnsureOptions["onProgress"]): Report {
	let last: { state: string; at: number } | undefined;
	let bytes = { received: 0, total: modelBytes(model) };
	let later: ReturnType<typeof setTimeout> | undefined;
	return (state, message, received = bytes.received, total = bytes.total) => {
		// Nothing came for a model that was there all along.
		if (state === "ready" && last === undefined) return;
		// How far somebody else's download is may be known only after it has ended.
		if (last?.state === "ready" || last?.state === "failed") return;
		bytes = { received: state === "ready" ? total : received, total: Math.max(total, received) };
		clearTimeout(later);
		const tell = () => {
			last = { state, at: performance.now() };
			onProgress?.({ model: model.name, state, ...bytes, ...(message === undefined ? {} : { message }) });
		};
		const wait = last?.state === state ? last.at + reportEveryMs - performance.now() : 0;
		if (wait > 0) later = setTimeout(tell, wait);
		else tell();
	};
}
