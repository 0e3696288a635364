/** A stretch of an answer's sound as it arrives: signed 16-bit little-endian mono PCM. */
export interface ReplySound {
	turn: string;
	sampleRate: number;
	pcm: Uint8Array;
	last: boolean;
}

export interface Player {
	play(sound: ReplySound): void;
	/** Silences a turn at once, or everything; what of it is still on its way stays silent too. */
	cancel(turn?: string): void;
	/** To be called from a click or key press: browsers play nothing before one. */
	unlock(): void;
	setVolume(volume: number): void;
	/** Loudness of what is heard now, 0 to 1. */
	level(): number;
}

export interface PlayerOptions {
	/** The turn that is heard now, or undefined when silence returns. */
	onSpeaking(turn: string | undefined): void;
	/** True while the browser waits for a click before it plays anything. */
	onBlocked(blocked: boolean): void;
}

/** Head start of the first chunk, so that the second is there before the first ends. */
const leadSeconds = 0.04;
/** The sample rate of the voice that is always there; others get a context of their own when they speak. */
const usualRate = 22_050;
/** How long a context may take to start before the browser is held to block it. */
const startMs = 400;
/** Silence after which an answer whose last chunk never came is over. */
const starvedMs = 2_000;

/**
 * Plays the answers' chunks without gaps: each is scheduled where the one before ends. The context runs at the sound's
 * own rate, so that chunk borders are not resampled, and plays to the normal output, where echo cancellation hears it.
 */
export function createPlayer({ onSpeaking, onBlocked }: PlayerOptions): Player {
	let output: { context: AudioContext; gain: GainNode; analyser: AnalyserNode } | undefined;
	let nextStart = 0;
	let speaking: string | undefined;
	let volume = 1;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const active = new Map<AudioBufferSourceNode, string>();
	const cancelled = new Set<string>();
	const finished = new Set<string>();

	function outputAt(sampleRate: number) {
		if (output !== undefined && (output.context.sampleRate === sampleRate || active.size > 0)) return output;
		if (output !== undefined) void output.context.close();
		const context = new AudioContext({ sampleRate });
		const gain = context.createGain();
		gain.gain.value = volume;
		const analyser = context.createAnalyser();
		analyser.fftSize = 512;
		gain.connect(analyser).connect(context.destination);
		context.onstatechange = () => context.state === "running" && onBlocked(false);
		output = { context, gain, analyser };
		nextStart = 0;
		return output;
	}

	function speak(turn: string | undefined) {
		if (turn === speaking) return;
		speaking = turn;
		onSpeaking(turn);
	}

	function settle() {
		clearTimeout(timer);
		const [current] = active.values();
		if (current !== undefined) speak(current);
		else if (speaking === undefined || finished.has(speaking)) speak(undefined);
		else timer = setTimeout(() => active.size === 0 && speak(undefined), starvedMs);
	}

	return {
		play({ turn, sampleRate, pcm, last }) {
			if (cancelled.has(turn)) return;
			if (last) remember(finished, turn);
			const samples = samplesOf(pcm);
			if (samples.length === 0) return settle();
			const { context, gain } = outputAt(sampleRate);
			const buffer = context.createBuffer(1, samples.length, sampleRate);
			buffer.copyToChannel(samples, 0);
			const source = context.createBufferSource();
			source.buffer = buffer;
			source.connect(gain);
			nextStart = Math.max(nextStart, context.currentTime + leadSeconds);
			source.start(nextStart);
			nextStart += buffer.duration;
			active.set(source, turn);
			source.onended = () => {
				active.delete(source);
				settle();
			};
			settle();
			// A context starts a moment after it is made, or never, where the browser waits for a click.
			void context.resume();
			setTimeout(() => onBlocked(context.state === "suspended" && active.size > 0), startMs);
		},
		cancel(turn) {
			for (const ended of turn === undefined ? [speaking, ...active.values()] : [turn]) {
				if (ended !== undefined) remember(cancelled, ended);
			}
			for (const [source, owner] of active) {
				if (turn !== undefined && owner !== turn) continue;
				source.onended = null;
				source.stop();
				active.delete(source);
			}
			if (active.size === 0) {
				nextStart = 0;
				speak(undefined);
				onBlocked(false);
			}
			settle();
		},
		unlock() {
			const { context } = output ?? outputAt(usualRate);
			if (context.state === "suspended") void context.resume();
		},
		setVolume(value) {
			volume = value;
			if (output !== undefined) output.gain.gain.value = value;
		},
		level() {
			if (output === undefined || active.size === 0) return 0;
			const wave = new Float32Array(output.analyser.fftSize);
			output.analyser.getFloatTimeDomainData(wave);
			const power = wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length;
			return Math.min(1, Math.sqrt(power) * 4);
		},
	};
}

/** Int16 little-endian bytes as floats; a trailing odd byte is dropped. */
function samplesOf(pcm: Uint8Array): Float32Array<ArrayBuffer> {
	const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
	return Float32Array.from({ length: pcm.byteLength >> 1 }, (_, i) => view.getInt16(i * 2, true) / 0x8000);
}

/** Adds to a set that never grows past a few dozen: only the latest turns matter. */
function remember(set: Set<string>, turn: string): void {
	set.add(turn);
	const [oldest] = set;
	if (set.size > 50 && oldest !== undefined) set.delete(oldest);
}
