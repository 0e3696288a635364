import { AiosError } from "../../../../core/contract/index.ts";
import { sayList, soundsLike } from "../../../../core/text/index.ts";
import type { Application } from "./application.ts";

/** Below this likeness a spoken name means no application at all. */
const leastLikeness = 0.75;

/** Below this likeness a name is not even worth offering. */
const leastNear = 0.6;

/** Two candidates closer together than this are both offered instead of one being guessed. */
const clearLead = 0.04;

/**
 * Finds the application a person means by a spoken name: its name, an alias ("web browser"), the name without its
 * maker or kind ("Chromium" for "Chromium Web Browser"), or one that sounds alike ("chrome ium").
 * Throws `not_found` with the nearest names, or `conflict` when several fit equally.
 */
export function resolveApplication(spoken: string, applications: readonly Application[]): Application {
	const scored = applications
		.map((application) => ({ application, score: likeness(spoken, application) }))
		.sort((a, b) => b.score - a.score);
	const [best, second] = scored;
	if (best === undefined || best.score < leastLikeness) {
		const nearest = scored
			.filter(({ score }) => score >= leastNear)
			.slice(0, 3)
			.map(({ application }) => application.name);
		throw new AiosError("not_found", `No application called "${spoken}" was found.`, {
			fix:
				scored.length === 0
					? "No applications are installed here."
					: nearest.length === 0
						? "Say its name as the desktop shows it."
						: `Did you mean ${sayList(nearest, "or")}?`,
			details: { nearest },
		});
	}
	if (
		second !== undefined &&
		best.score - second.score < clearLead &&
		second.application.name !== best.application.name
	) {
		const close = scored
			.filter(({ score }) => best.score - score < clearLead)
			.map(({ application }) => application.name);
		throw new AiosError("conflict", `"${spoken}" could be ${close.join(" or ")}.`, {
			fix: "Say the full name.",
			details: { choices: close },
		});
	}
	return best.application;
}

function likeness(spoken: string, application: Application): number {
	const said = plainName(spoken);
	const name = plainName(application.name);
	if (said === name) return 1;
	if (name.startsWith(`${said} `)) return 0.95;
	const aliases = application.aliases.map(plainName);
	if (aliases.includes(said)) return 0.93;
	const words = name.split(" ").map((_, index, all) => all.slice(0, index + 1).join(" "));
	return 0.9 * Math.max(...[...words, ...aliases].map((candidate) => soundsLike(said, candidate)));
}

/** A name as it is compared: no case, accents or marks, no "the" before and no "app" behind. */
export function plainName(text: string): string {
	return text
		.normalize("NFKD")
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, " ")
		.replace(/^(the|my) /, "")
		.replace(/ (app|application|program)$/, "")
		.trim();
}
