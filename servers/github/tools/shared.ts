import { z } from "zod";
import { carried, slot, type ToolContext } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { explainGitHub, type GitHub, type GithubAdapters, type RepositoryName } from "../adapters/index.ts";

/**
 * Nothing that git or ssh would take for an option, a program to run, or several lines. Control characters stand as
 * their ranges: not every program that reads the description knows \p{Cc}.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const repository = /^(?!-)(?!\w*::)(?!.*[:/@]-)[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$/u;

export const repositoryField = carried(
	slot(
		"name",
		z.string().trim().min(1).max(300).regex(repository, "owner/name, an address, or the name of one of your own"),
	).describe("owner/name, an address, or the name of one of your own"),
);

export const pageFields = {
	limit: slot("integer", z.number().int().min(1).max(100)).default(20),
	page: z.number().int().min(1).max(10_000).default(1),
};

/** Where a long text is read on from; {@link part} cuts there. */
export const textOffset = z.number().int().min(0).default(0).describe("Where in its text to read on from");

/** A branch or tag name; nothing that could be an option or another repository's. */
export const refName = z
	.string()
	.min(1)
	.max(250)
	.regex(/^(?!-)[^\s~^?*[\\]+$/, "a branch or tag name");

export const number = slot("integer", z.number().int().min(1).max(1_000_000_000));

/** Opens the API as the caller and finds the repository they mean. */
export async function open(
	repository: string,
	{ github: connect, locate }: GithubAdapters,
	{ user, signal }: ToolContext,
): Promise<{ github: GitHub; at: RepositoryName; name: string }> {
	const github = await connect(user.id, signal);
	const at = await locate(repository, github);
	return { github, at, name: `${at.owner}/${at.repo}` };
}

/** Awaits an answer of the API; its errors name what was asked for. */
export async function ask<T>(what: string, answer: Promise<{ data: T }>): Promise<T> {
	return (await answer.catch(explainGitHub(what))).data;
}

/** Part of a list's answer: the page to ask for next; absent on the last one. */
export const nextPage = { next_page: z.number().int().optional().describe("Page to ask for next; absent on the last") };

/** Awaits page `page` of a list of the API, with the page after it where GitHub names one. */
export async function askPage<T>(
	what: string,
	page: number,
	answer: Promise<{ data: T; headers: { link?: string } }>,
): Promise<{ data: T; next: { next_page?: number } }> {
	const { data, headers } = await answer.catch(explainGitHub(what));
	return { data, next: /rel="next"/.test(headers.link ?? "") ? { next_page: page + 1 } : {} };
}

/** "3 issues", "More than 20 issues", "On page 2, 5 issues": never a count of what was not seen. */
export function sayListed(
	count: number,
	{ page, next_page }: { page: number; next_page?: number | undefined },
	noun: string,
	plural?: string,
): string {
	const amount = sayCount(count, noun, plural);
	if (page > 1) return `On page ${page}, ${amount}`;
	return next_page === undefined ? amount : `More than ${amount}`;
}

/** Finds the repository that is meant, so that who is asked about it hears its whole name. */
export async function named<I extends { repository: string }>(
	input: I,
	adapters: GithubAdapters,
	context: ToolContext,
): Promise<I> {
	return { ...input, repository: (await open(input.repository, adapters, context)).name };
}

/** A part of a long text, and where to read on. */
export function part(
	text: string | null | undefined,
	offset: number,
	length = 20_000,
): { body: string; next?: number } {
	const whole = text ?? "";
	const next = offset + length;
	return { body: whole.slice(offset, next), ...(next < whole.length ? { next } : {}) };
}

/** A body of text as an answer carries it. */
export function clip(text: string | null | undefined, length = 4000): string {
	return (text ?? "").slice(0, length);
}
