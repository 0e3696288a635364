/** Turns speech into words. */
export interface Recogniser {
	/** Its name in the model catalogue. */
	name: string;
	/** The longest sound it takes at once, in seconds; it was trained on no longer ones. */
	longest: number;
	/** The words in floats at 16 kHz, with silence already cut away. Computes off the event loop. */
	decode(samples: Float32Array): Promise<string>;
}

export interface RecogniserOptions {
	threads: number;
	/** Folder for files derived from a model. */
	cacheDir: string;
	/** Called with a sentence for the log where a model had to be used as it is. */
	onNote(message: string): void;
}
