import type { Page } from "puppeteer-core";
import { z } from "zod";

/**
 * Runs in the page before its own code: everything that is connected to the loudspeaker is also written down, so
 * that a test hears what a person hears. Each block carries the time it was played at.
 */
export function tapLoudspeaker(): void {
	const blocks: { at: number; rate: number; samples: number[] }[] = [];
	const taps = new WeakMap<BaseAudioContext, AudioNode>();
	const connect = AudioNode.prototype.connect;
	const tapOf = (context: BaseAudioContext): AudioNode => {
		const known = taps.get(context);
		if (known !== undefined) return known;
		const tap = context.createScriptProcessor(2048, 1, 1);
		tap.onaudioprocess = ({ inputBuffer }) => {
			const samples = inputBuffer.getChannelData(0);
			if (!samples.some((sample) => sample !== 0)) return;
			blocks.push({
				at: performance.timeOrigin + performance.now(),
				rate: context.sampleRate,
				samples: Array.from(samples, (sample) => Math.round(sample * 32_767)),
			});
		};
		taps.set(context, tap);
		Reflect.apply(connect, tap, [context.destination]);
		return tap;
	};
	AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
		if (args[0] === this.context.destination) Reflect.apply(connect, this, [tapOf(this.context)]);
		return Reflect.apply(connect, this, args);
	} as typeof connect;
	Reflect.set(globalThis, "heardSoFar", () => blocks);
}

const blocksSchema = z.array(z.object({ at: z.number(), rate: z.number(), samples: z.array(z.number()) }));

/** A stretch of sound the page played: when it began and ended (milliseconds since 1970), and its samples. */
export interface Played {
	from: number;
	to: number;
	sampleRate: number;
	pcm: Int16Array;
}

/** What the loudspeaker played since the page was opened, or since `since`; undefined while it was silent. */
export async function playedBy(page: Page, since = 0): Promise<Played | undefined> {
	const heard = blocksSchema.parse(await page.evaluate("globalThis.heardSoFar()"));
	const blocks = heard.filter(({ at }) => at >= since);
	const [first] = blocks;
	const last = blocks.at(-1);
	if (first === undefined || last === undefined) return undefined;
	return {
		from: first.at,
		to: last.at,
		sampleRate: first.rate,
		pcm: Int16Array.from(blocks.flatMap(({ samples }) => samples)),
	};
}
