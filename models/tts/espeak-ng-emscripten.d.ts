declare module "@echogarden/espeak-ng-emscripten" {
	interface EspeakWorker {
		set_voice(name: string): number;
		set_rate(wordsPerMinute: number): void;
		get_samplerate(): number;
		/** Calls back with each piece as it is made; a callback that gives true stops. */
		synthesize(text: string, onPiece: (pcm: Int16Array | undefined, events: unknown[]) => boolean): void;
	}
	export default function load(): Promise<{ eSpeakNGWorker: new () => EspeakWorker }>;
}
