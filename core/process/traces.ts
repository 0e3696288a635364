import type { Logger, TracesSettings } from "../contract/index.ts";
import type { Traces } from "../traces/index.ts";

/**
 * Opens tracing for this process; undefined where the settings name no collector, and then nothing of it is loaded.
 * What can't be opened is told in the log and costs nothing else.
 */
export async function openTraces(
	{ traces, version, server }: { traces?: TracesSettings; version: string; server?: string },
	log: Logger,
): Promise<Traces | undefined> {
	if (traces?.endpoint === undefined) return undefined;
	try {
		const library = await import("../traces/index.ts");
		return await library.openTraces({ settings: traces, server, version, log });
	} catch (error) {
		log.error("nothing is traced: the library can't be used", { error: String(error) });
		return undefined;
	}
}
