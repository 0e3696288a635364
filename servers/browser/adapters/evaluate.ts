import type { CDPSession } from "puppeteer-core";
import { AiosError } from "../../../core/contract/index.ts";

/** Longest a script of ours may run in a page, in milliseconds. */
const longestMs = 8_000;

/**
 * Runs an expression in the page in a world of its own, where the page's scripts have changed nothing, and gives its
 * value as JSON would. What comes back is a stranger's all the same: parse it. Throws `timeout` where the page is stuck.
 */
export async function evaluate(cdp: CDPSession, expression: string): Promise<unknown> {
	const work = async () => {
		const { frameTree } = await cdp.send("Page.getFrameTree");
		const world = await cdp.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "aios" });
		const { result, exceptionDetails } = await cdp.send("Runtime.evaluate", {
			expression,
			contextId: world.executionContextId,
			returnByValue: true,
			timeout: longestMs,
		});
		if (exceptionDetails !== undefined) {
			throw new AiosError("upstream_failed", "The page could not be read.", {
				details: { reason: exceptionDetails.exception?.description ?? exceptionDetails.text },
			});
		}
		const value: unknown = result.value;
		return value;
	};
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(
			() => reject(new AiosError("timeout", "The page does not respond.", { fix: "Reload it, or close the tab." })),
			longestMs + 1_000,
		);
	});
	try {
		return await Promise.race([work(), late]);
	} finally {
		clearTimeout(timer);
	}
}
