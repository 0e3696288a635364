import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { isRunning, type Work, waitFor, waitMs } from "../../../core/work/index.ts";
import { type BrowserAdapters, cut, findElement, type Saved, saveFile } from "../adapters/index.ts";
import { baseOf, pathField } from "./names.ts";
import { outside, refField } from "./shared.ts";

const transferSchema = z.object({
	id: z.string().describe("For download_status and cancel_download"),
	status: z.enum(["running", "done", "failed"]),
	received: z.number().describe("Bytes so far"),
	total: z.number().optional().describe("Bytes in all, where the site says"),
	path: z.string().optional().describe("The file, once done"),
	url: z.string().optional(),
	error: z.string().optional(),
	origin: outside,
});

type TransferReport = z.output<typeof transferSchema>;

/** Downloads a file. */
export const download = defineTool({
	name: "download",
	title: "Download file",
	description:
		"Downloads a file into an allowed folder: from an address, or by clicking an element of the page in front. Nothing is overwritten. What takes longer than 45 s goes on; download_status tells of it.",
	effect: "write",
	outside: true,
	input: z.object({
		url: slot("url", z.string().min(1).max(4_000)).optional(),
		ref: refField,
		name: slot("name", z.string().trim().min(1).max(300))
			.optional()
			.describe("Text of the link or button that gives it"),
		path: pathField,
	}),
	output: transferSchema,
	voice: {
		en: {
			sentences: [
				"download [the] [file] [(from|at)] {url}",
				"download [the] [file] {url} (to|into) {path}",
				"download [the] {name} from (the|this) [web] (page|site|website)",
				"download the {name} file",
			],
			examples: ["download the report from this page"],
		},
	},
	timeoutMs: 55_000,
	summary: ({ url, name, ref, path }) =>
		`Download ${url ?? name ?? ref ?? "a file"}${path === undefined ? "" : ` to ${path}`}`,
	say: sayTransfer,
	async run({ url, ref, name, path }, adapters: BrowserAdapters, { user, signal, progress }) {
		const { use, folders, downloadFolder, sites, transfers } = adapters;
		const source = url ?? ref ?? name;
		if (source === undefined) {
			throw new AiosError("bad_request", "It was not said what to download.", {
				fix: "Give an address, or the element that gives the file.",
				spoken: "What should I download?",
			});
		}
		const target = url === undefined ? undefined : sites.open(url).href;
		const place = path ?? `${downloadFolder}/`;
		await folders.resolveForWriting(place);
		const transfer = transfers.start(user.id, source, (update, stop) =>
			use(user, stop, async (session): Promise<Saved> => {
				const clicked = async () => {
					const tab = await session.current(stop);
					const { handle } = await findElement(tab, { ref, name, roles: ["link", "button"] });
					return session.downloads.take({
						page: tab.page,
						begin: () => handle.click(),
						progress: update,
						signal: stop,
					});
				};
				const file = await (target === undefined
					? clicked()
					: session.downloads.fetch({ url: target, progress: update, signal: stop }));
				try {
					const saved = await saveFile({ folders, path: place, name: file.name, content: { file: file.path } });
					return { path: saved, bytes: file.bytes, url: cut(file.url, 4_000) };
				} finally {
					await file.remove();
				}
			}),
		);
		transfer.onProgress = progress;
		await waitFor(transfer, waitMs, signal);
		transfer.onProgress = undefined;
		if (signal.aborted) transfer.cancel();
		if (transfer.error !== undefined) throw transfer.error;
		return describe(transfer);
	},
});

const idField = z
	.string()
	.regex(/^d\d{1,9}$/, 'expected an id from download, as in "d1"')
	.optional()
	.describe("The last one where it is left out");

/** How a download goes. */
export const downloadStatus = defineTool({
	name: "download_status",
	title: "Download status",
	description: "How far a download is, waiting for its end for as long as is asked for.",
	effect: "read",
	outside: true,
	role: "user",
	input: z.object({
		id: idField,
		wait_ms: z.number().int().min(0).max(waitMs).default(0).describe("How long to wait for its end"),
	}),
	output: transferSchema,
	voice: {
		en: {
			sentences: [
				"(how is|how far is) the download [going]",
				"(is|has) the download (done|finished|ready|complete)",
				"[what is the] download (status|progress)",
			],
			examples: ["did the download finish"],
		},
	},
	timeoutMs: 55_000,
	say: sayTransfer,
	async run({ id, wait_ms }, { transfers }: BrowserAdapters, { user, signal }) {
		const transfer = transfers.get(user.id, id);
		await waitFor(transfer, wait_ms, signal);
		return describe(transfer);
	},
});

/** Stops a download. */
export const cancelDownload = defineTool({
	name: "cancel_download",
	title: "Cancel download",
	description: "Stops a download that is under way; what came so far is removed.",
	effect: "write",
	harmless: true,
	outside: true,
	idempotent: true,
	input: z.object({ id: idField }),
	output: transferSchema,
	voice: {
		en: {
			sentences: ["(cancel|stop|abort) the download"],
			examples: ["stop downloading"],
		},
	},
	say: ({ status }) => (status === "done" ? "It was finished already." : "Cancelled the download."),
	async run({ id }, { transfers }: BrowserAdapters, { user, signal }) {
		const transfer = transfers.get(user.id, id);
		transfer.cancel();
		await waitFor(transfer, 5_000, signal);
		return describe(transfer);
	},
});

function describe(transfer: Work<Saved>): TransferReport {
	const { id, progress, result: saved, error } = transfer;
	const { progress: received, total } = progress;
	return {
		id,
		status: isRunning(transfer) ? "running" : saved === undefined ? "failed" : "done",
		received: saved?.bytes ?? received,
		...(total === undefined ? {} : { total }),
		...(saved === undefined ? {} : { path: saved.path, url: saved.url }),
		...(error === undefined ? {} : { error: error.message }),
		origin: "outside",
	};
}

function sayTransfer({ status, path, received, total, error }: TransferReport): string {
	if (status === "done") return `Downloaded ${baseOf(path ?? "the file")}, ${saySize(received)}.`;
	if (status === "failed") return error ?? "The download failed.";
	if (total === undefined || total === 0) return `The download is still running, ${saySize(received)} so far.`;
	return `The download is at ${Math.floor((received / total) * 100)} percent.`;
}

function saySize(bytes: number): string {
	if (bytes < 1_000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
	if (bytes < 1_000_000)
		return `${Math.round(bytes / 1_000)} ${Math.round(bytes / 1_000) === 1 ? "kilobyte" : "kilobytes"}`;
	return `${(bytes / 1_000_000).toFixed(1)} megabytes`;
}
