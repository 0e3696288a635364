import type { Clock, SpeechEngines } from "../../../core/contract/index.ts";
import { windowSamples } from "../../../core/contract/index.ts";

/** A clock that stands still until it is moved on: time is then the microphone's, however slow the machine. */
export function createSoundClock(): Clock & { advance(ms: number): void } {
	let time = Date.parse("2026-11-23T10:00:00Z");
	let alarms: { at: number; ring(): void }[] = [];
	return {
		now: () => new Date(time),
		after(ms, ring) {
			const alarm = { at: time + ms, ring };
			alarms.push(alarm);
			return () => {
				alarms = alarms.filter((other) => other !== alarm);
			};
		},
		advance(ms) {
			time += ms;
			const due = alarms.filter(({ at }) => at <= time).toSorted((a, b) => a.at - b.at);
			alarms = alarms.filter(({ at }) => at > time);
			for (const { ring } of due) ring();
		},
	};
}

/** Engines whose one microphone can be waited for: `heard` resolves when everything pushed so far was looked at. */
export function inStep(engines: SpeechEngines): { engines: SpeechEngines; heard(): Promise<void> } {
	let pushed = 0;
	let looked = 0;
	let wake: () => void = () => undefined;
	return {
		engines: {
			...engines,
			open() {
				const stream = engines.open();
				pushed = 0;
				looked = 0;
				return {
					...stream,
					push(pcm) {
						pushed += pcm.length;
						stream.push(pcm);
					},
					onActivity(listener) {
						stream.onActivity((activity) => {
							listener(activity);
							looked = activity.end;
							wake();
						});
					},
				};
			},
		},
		async heard() {
			while (pushed - looked >= windowSamples) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		},
	};
}
