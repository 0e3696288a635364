import { constants } from "node:fs";
import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { AiosError } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";

/** Numbers tried for a file whose name is taken. */
const mostCopies = 1_000;

export interface SaveOptions {
	folders: Folders;
	/** Where it goes: a folder, or a file that is not there yet. */
	path: string;
	/** Its name where `path` is a folder. A site's word: it is made safe. */
	name: string;
	/** The bytes, or the file they are in. */
	content: Uint8Array | { file: string };
}

/** Saves a file below the allowed folders, over nothing that is there. Gives its real path. */
export async function saveFile({ folders, path, name, content }: SaveOptions): Promise<string> {
	const place = await folders.resolveForWriting(path);
	const isFolder = path.endsWith("/") || (await isDirectory(place)) || extname(place) === "";
	const folder = isFolder ? place : dirname(place);
	await mkdir(folder, { recursive: true }).catch((cause) => {
		throw new AiosError("bad_request", `The folder ${folder} can't be made.`, { cause });
	});
	const wanted = isFolder ? safeName(name) : basename(place);
	for (let copy = 0; copy < mostCopies; copy++) {
		const ending = extname(wanted);
		const numbered = copy === 0 ? wanted : `${wanted.slice(0, wanted.length - ending.length)} (${copy})${ending}`;
		const target = await folders.resolveForWriting(join(folder, numbered));
		try {
			if (content instanceof Uint8Array) await writeFile(target, content, { flag: "wx" });
			else await copyFile(content.file, target, constants.COPYFILE_EXCL);
			return target;
		} catch (cause) {
			const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
			if (code === "ENOSPC") throw new AiosError("disk_full", "There is no room left on the disk.", { cause });
			if (code !== "EEXIST") throw new AiosError("bad_request", `${target} can't be written.`, { cause });
		}
	}
	throw new AiosError("conflict", `${wanted} is there a thousand times already.`);
}

async function isDirectory(path: string): Promise<boolean> {
	return stat(path).then(
		(found) => found.isDirectory(),
		() => false,
	);
}

/** A name that is a plain, visible file on every platform, whatever a site calls it. */
export function safeName(name: string): string {
	const plain = name
		.normalize("NFC")
		.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, "_")
		.replace(/^[.\s]+|[.\s]+$/g, "")
		.slice(-150);
	const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain);
	return plain === "" ? "download" : `${reserved ? "_" : ""}${plain}`;
}
