import { z } from "zod";
import { slot } from "../../../core/contract/index.ts";

export const pathField = slot("path", z.string().min(1).max(4_096))
	.optional()
	.describe("Folder or file below the allowed folders; the download folder by default. Nothing is overwritten");

/** The last part of a path, to be spoken. */
export function baseOf(path: string): string {
	return path.split(/[\\/]/).at(-1) ?? path;
}
