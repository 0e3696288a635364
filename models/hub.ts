import { z } from "zod";
import { AiosError } from "../core/contract/index.ts";
import type { ModelFile, ModelSource } from "./catalog.ts";
import type { FilePin } from "./records.ts";
import { requestJson } from "./request.ts";

/** Where models are downloaded from unless another hub of the same interface is named. */
export const defaultHub = "https://huggingface.co";

type HubSource = Extract<ModelSource, { from: "hub" }>;

/** https://huggingface.co/docs/huggingface_hub/package_reference/hf_api: the repository tree as the hub lists it. */
const treeSchema = z.array(
	z.object({
		type: z.string(),
		path: z.string(),
		size: z.number().int().nonnegative(),
		oid: z.string(),
		lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).optional(),
	}),
);

/**
 * Every wanted file of the source's revision with its size and the digest the hub publishes for it: SHA-256 for large
 * files, the git blob id for small ones.
 */
export async function readManifest(
	hub: string,
	source: HubSource,
	files: readonly ModelFile[],
	signal?: AbortSignal,
): Promise<Record<string, FilePin>> {
	const { repository, revision } = source;
	const found: Record<string, FilePin> = {};
	let url: string | undefined = `${hub}/api/models/${repository}/tree/${revision}?recursive=true`;
	while (url !== undefined) {
		const { body, link } = await requestJson(url, signal);
		for (const entry of parsed(treeSchema, body, source)) {
			if (entry.type !== "file" || !files.some((file) => wants(file.path, entry.path))) continue;
			found[entry.path] = {
				bytes: entry.lfs?.size ?? entry.size,
				published: entry.lfs === undefined ? `git:${entry.oid}` : `sha256:${entry.lfs.oid}`,
			};
		}
		url = nextPage(link, hub);
	}
	for (const file of files) {
		const offered = found[file.path]?.published;
		if (offered !== undefined && file.digest !== "published" && offered !== `sha256:${file.digest.sha256}`) {
			throw new AiosError("upstream_failed", `${repository} offers another ${file.path} than the one AIOS knows.`, {
				fix: "Update AIOS, or put the known file into a folder of AIOS_MODELS_DIR by hand.",
				details: { file: file.path, revision },
			});
		}
		if (Object.keys(found).some((path) => wants(file.path, path))) continue;
		throw new AiosError("upstream_failed", `${repository} has no ${file.path} at revision ${revision}.`, {
			fix: "Update AIOS, or put the model's files into a folder of AIOS_MODELS_DIR by hand.",
		});
	}
	return found;
}

/** Address of one file of a revision. */
export function fileUrl(hub: string, repository: string, revision: string, path: string): string {
	return `${hub}/${repository}/resolve/${revision}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Whether a path of the hub is the wanted file, or inside the wanted folder; never one that leaves it. */
function wants(wanted: string, path: string): boolean {
	if (path.split("/").some((part) => part === "" || part === "." || part === "..")) return false;
	return wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted;
}

/** The next page of a long listing, from its `Link` header; only ever on the same hub. */
function nextPage(link: string, hub: string): string | undefined {
	const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
	if (next === undefined) return undefined;
	const url = new URL(next, hub);
	return url.origin === new URL(hub).origin ? url.href : undefined;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, source: HubSource): T {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	throw new AiosError("upstream_failed", `The model hub's answer about ${source.repository} was not understood.`, {
		fix: "Try again later, or put the model's files into a folder of AIOS_MODELS_DIR by hand.",
		cause: result.error,
	});
}
