import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import {
	callMs,
	endingAfter,
	follow,
	look,
	lookField,
	lookingAfter,
	sayRunning,
	stateOf,
	stop,
	type Work,
	waitField,
	wasCancelled,
	workFields,
	workIdField,
} from "../../../core/work/index.ts";
import { type BrowserAdapters, cut, findElement, type Saved, saveFile } from "../adapters/index.ts";
import { baseOf, pathField } from "./names.ts";
import { outside, refField } from "./shared.ts";

const transferSchema = z.object({
	...workFields,
	received: z.number().describe("Bytes so far"),
	total: z.number().optional().describe("Bytes in all, where the site says"),
	path: z.string().optional().describe("The file, once done"),
	url: z.string().optional(),
	origin: outside,
});

type TransferReport = z.output<typeof transferSchema>;

/** Downloads a file. */
export const download = defineTool({
	name: "download",
	title: "Download file",
	description:
		"Downloads a file into an allowed folder: from an address, or by clicking an element of the page in front. Nothing is overwritten. What takes long goes on behind the answer; download_status tells of it.",
	effect: "write",
	outside: true,
	input: z.object({
		url: slot("url", z.string().min(1).max(4_000)).optional(),
		ref: refField,
		name: slot("name", z.string().trim().min(1).max(300))
			.optional()
			.describe("Text of the link or button that gives it"),
		path: pathField,
		wait_ms: waitField,
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
	timeoutMs: callMs,
	summary: ({ url, name, ref, path }) =>
		`Download ${url ?? name ?? ref ?? "a file"}${path === undefined ? "" : ` to ${path}`}`,
	say: sayTransfer,
	async run({ url, ref, name, path, wait_ms }, adapters: BrowserAdapters, context) {
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
		const { user } = context;
		const save = ({ progress, signal }: Pick<typeof context, "progress" | "signal">) =>
			use(user, signal, async (session): Promise<Saved> => {
				const clicked = async () => {
					const tab = await session.current(signal);
					const { handle } = await findElement(tab, { ref, name, roles: ["link", "button"] });
					return session.downloads.take({
						page: tab.page,
						begin: () => handle.click(),
						progress,
						signal,
					});
				};
				const file = await (target === undefined
					? clicked()
					: session.downloads.fetch({ url: target, progress, signal }));
				try {
					const saved = await saveFile({ folders, path: place, name: file.name, content: { file: file.path } });
					return { path: saved, bytes: file.bytes, url: cut(file.url, 4_000) };
				} finally {
					await file.remove();
				}
			});
		const transfer = transfers.start(user.id, { source, run: save });
		await follow(transfer, { wait_ms, over: () => sayTransfer(describe(transfer)) }, context);
		return describe(transfer);
	},
});

const idField = workIdField("d", "download");

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
		wait_ms: lookField,
	}),
	output: transferSchema,
	voice: {
		en: {
			sentences: [
				"(how is|how far is) the download [going]",
				"(is|has) the download (done|finished|ready|complete)",
				"[what is the] download (status|progress)",
			],
			followUps: lookingAfter("download"),
			examples: ["did the download finish"],
		},
	},
	timeoutMs: callMs,
	say: sayTransfer,
	async run({ id, wait_ms }, { transfers }: BrowserAdapters, context) {
		return describe(await look(transfers, { id, wait_ms }, context));
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
			followUps: endingAfter("download"),
			examples: ["stop downloading"],
		},
	},
	say: (transfer) => (wasCancelled(transfer) ? "Cancelled the download." : "It was over already."),
	async run({ id }, { transfers }: BrowserAdapters, context) {
		return describe(await stop(transfers, { id }, context));
	},
});

function describe(transfer: Work<Saved>): TransferReport {
	const { progress, result: saved } = transfer;
	const { progress: received, total } = progress;
	return {
		...stateOf(transfer),
		received: saved?.bytes ?? received,
		...(total === undefined ? {} : { total }),
		...(saved === undefined ? {} : { path: saved.path, url: saved.url }),
		origin: "outside",
	};
}

function sayTransfer({ status, path, received, total, error, told }: TransferReport): string {
	if (status === "done") return `Downloaded ${baseOf(path ?? "the file")}, ${saySize(received)}.`;
	if (status === "failed") return error ?? "The download failed.";
	if (total === undefined || total === 0)
		return sayRunning(`The download is still running, ${saySize(received)} so far`, { told });
	return sayRunning(`The download is at ${Math.floor((received / total) * 100)} percent`, { told });
}

function saySize(bytes: number): string {
	if (bytes < 1_000) return sayCount(bytes, "byte");
	if (bytes < 1_000_000) return sayCount(Math.round(bytes / 1_000), "kilobyte");
	return `${(bytes / 1_000_000).toFixed(1)} megabytes`;
}
