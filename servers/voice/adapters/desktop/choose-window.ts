import { AiosError } from "../../../../core/contract/index.ts";
import { soundsLike } from "../../../../core/text/index.ts";
import type { DesktopWindow } from "./actions.ts";

/** Below this likeness a spoken name means no window at all. */
const leastLikeness = 0.75;

/**
 * The window a person means: by its id from list_windows, its title, a part of the title, or words that sound like it.
 * Throws `not_found` with the titles there are, or `conflict` where several fit equally.
 */
export function chooseWindow(wanted: string, windows: readonly DesktopWindow[]): DesktopWindow {
	const said = plain(wanted);
	const ways: ((window: DesktopWindow) => boolean)[] = [
		({ id }) => String(id) === wanted.trim(),
		({ title }) => plain(title) === said,
		({ title }) => said !== "" && ` ${plain(title)} `.includes(` ${said} `),
		({ title }) => said.length > 2 && plain(title).includes(said),
		({ title }) => likeness(said, title) >= leastLikeness,
	];
	for (const fits of ways) {
		const [only, ...others] = windows.filter(fits);
		if (only === undefined) continue;
		if (others.length === 0) return only;
		const titles = [only, ...others].map(({ id, title }) => `${title} (${id})`);
		throw new AiosError("conflict", `"${wanted}" could be ${titles.join(" or ")}.`, {
			fix: "Say more of its title, or give its id.",
			spoken: `There are ${titles.length} windows like that. Say more of the title.`,
			details: { choices: titles },
		});
	}
	const open = windows.map(({ title }) => title).slice(0, 10);
	throw new AiosError("not_found", `There is no window called "${wanted}".`, {
		fix: open.length === 0 ? "No window is open." : `Open are: ${open.join(", ")}.`,
	});
}

/** How much the title, or its words up to some place, sound like what was said. */
function likeness(said: string, title: string): number {
	const words = plain(title).split(" ");
	return Math.max(
		...words.flatMap((word, at) => [soundsLike(said, word), soundsLike(said, words.slice(0, at + 1).join(" "))]),
	);
}

function plain(text: string): string {
	return text
		.normalize("NFKD")
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, " ")
		.trim()
		.replace(/^(the|my) /, "")
		.replace(/ window$/, "");
}
