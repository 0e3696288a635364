import { z } from "zod";
import { carried, slot, type ToolContext } from "../../../core/contract/index.ts";
import type { IdeAdapters } from "../adapters/index.ts";

/** Where the repository is: a path in it, or the name people call its folder by. */
export const repositoryField = carried(
	slot("name", z.string().min(1).max(4096))
		.optional()
		.describe("A path in the repository, or its folder's name; the usual repository by default"),
);

/** Finds the repository that is meant, so that who is asked about it hears its name. */
export async function named<I extends { repository?: string | undefined }>(
	input: I,
	{ repositories }: IdeAdapters,
	{ signal }: ToolContext,
): Promise<I> {
	return { ...input, repository: (await repositories.open(input.repository, signal)).root };
}

/** Characters of text an answer carries. */
export const maxCharacters = 100_000;

/** Files an answer names; the rest is counted. */
export const maxFiles = 1_000;
