import { z } from "zod";
import { slot } from "../../../core/contract/index.ts";

/** Where the repository is: a path in it, or the name people call its folder by. */
export const repositoryField = slot("name", z.string().min(1).max(4096))
	.optional()
	.describe("A path in the repository, or its folder's name; the usual repository by default");

/** Characters of text an answer carries. */
export const maxCharacters = 100_000;

/** Cuts text to what an answer carries. */
export function cut(text: string): { text: string; truncated: boolean } {
	return { text: text.slice(0, maxCharacters), truncated: text.length > maxCharacters };
}

/** "one file", "3 files". */
export function count(number: number, noun: string): string {
	return number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}
