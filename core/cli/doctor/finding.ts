/** What a look at one part of the machine gave. */
export interface Finding {
	/** `microphone`, `models`, `browser`, `ports`, `display`, `data folder`, `database`, `servers` or one server's name. */
	part: string;
	ok: boolean;
	/** Without it the assistant cannot run at all. */
	essential: boolean;
	/** What was found, in one sentence. */
	what: string;
	/** What to do, where it is not ok. */
	fix?: string;
}
