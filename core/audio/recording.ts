/** A recording read piece by piece, so that hours of it take no more memory than seconds. */
export interface Recording {
	/** Its length, where it is known before the end. */
	seconds?: number;
	/** Its sound as 16 kHz mono. Can be read once; leaving off early stops whatever reads it. */
	pieces(signal?: AbortSignal): AsyncIterable<Int16Array>;
}
