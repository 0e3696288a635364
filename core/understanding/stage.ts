import type { CatalogueTool, Understanding } from "../contract/index.ts";

/** What a stage knows besides the words. */
export interface StageContext {
	/** Anchors "tomorrow at eight". */
	now: Date;
	/** Seconds a bare number means where a duration is expected: "make that eight", said of minutes. */
	unitSeconds?: number;
	signal?: AbortSignal;
}

/** One way to understand a sentence. Stages are tried in order; the first that doesn't answer `unknown` decides. */
export interface Stage {
	/** Takes the tools that can be said; called again whenever the catalogue changes. */
	load(tools: readonly CatalogueTool[]): void;
	understand(text: string, context: StageContext): Understanding | Promise<Understanding>;
}
