import { AiosError } from "../../../../core/contract/index.ts";

/** The engine answered, but not with results. */
export function refused(name: string, status: number, fix?: string): AiosError {
	if (status === 429) {
		return new AiosError("rate_limited", `${name} wants to see a person before it answers more searches.`, {
			fix: "Wait a while, or choose another search engine in the settings of the browser.",
			spoken: `${name} refuses further searches for now.`,
		});
	}
	return new AiosError("upstream_failed", `${name} answered with error ${status}.`, {
		fix: fix ?? "Try again later, or choose another search engine in the settings of the browser.",
	});
}

/** The engine's answer has not the form it had when this was written. */
export function unreadable(name: string): AiosError {
	return new AiosError("upstream_failed", `${name} answered in a form that can't be read.`, {
		fix: "Choose another search engine in the settings of the browser.",
	});
}
