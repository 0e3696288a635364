/** One thing found. All of it is a stranger's words. */
export interface SearchResult {
	title: string;
	url: string;
	summary: string;
}

/** What a search engine has to know of to be asked. */
export interface EngineDeps {
	/** Fetches text from the engine; any status but 200 comes back as it is. */
	get(url: string, options: { headers?: Record<string, string>; signal: AbortSignal }): Promise<EngineAnswer>;
}

export interface EngineAnswer {
	status: number;
	text: string;
}

export interface SearchEngine {
	name: string;
	/** Up to `limit` results, or as many as the engine gives at once. Throws an AiosError that says what failed. */
	search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult[]>;
}
