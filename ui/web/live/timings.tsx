import { duration } from "../parts/format.ts";
import type { Turn } from "./turns.ts";

interface Stage {
	name: string;
	from: number;
	to: number;
}

/** The time each stage took, as bars one after the other: each starts where the one before ended. */
export function Timings({ turn }: { turn: Turn }) {
	const stages = stagesOf(turn);
	const total = Math.max(...stages.map(({ to }) => to), 0);
	if (total <= 0) return null;
	return (
		<section aria-label="Time each stage took" className="mt-5 border-line border-t pt-4">
			<h3 className="eyebrow flex justify-between">
				<span>{turn.metrics === undefined ? "Time taken" : "Since you stopped speaking"}</span>
				<span className="tabular-nums">{duration(total)}</span>
			</h3>
			<dl className="mt-2.5 grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5 text-sm">
				{stages.map(({ name, from, to }) => (
					<div key={name} className="contents">
						<dt className="text-soft">{name}</dt>
						<dd aria-hidden="true" className="h-1.5 rounded-full bg-raised">
							<span
								className="block h-full min-w-1 rounded-full bg-accent"
								style={{ marginLeft: `${(from / total) * 98}%`, width: `${((to - from) / total) * 98}%` }}
							/>
						</dd>
						<dd className="text-right tabular-nums">{duration(to - from)}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}

/** Reads the stages off the metrics, which count from the end of speech, or off a typed command's own timings. */
function stagesOf({ metrics, reply }: Turn): Stage[] {
	if (metrics !== undefined) {
		return inOrder([
			["End of speech", metrics.endpoint_ms],
			["Words", metrics.transcribe_ms],
			["Meaning", metrics.understand_ms],
			["Doing it", metrics.dispatch_ms],
			["First sound", metrics.first_audio_ms],
		]);
	}
	if (reply === undefined) return [];
	const { understand_ms, dispatch_ms } = reply.timings;
	return inOrder([
		["Meaning", understand_ms],
		["Doing it", dispatch_ms > 0 ? understand_ms + dispatch_ms : undefined],
	]);
}

function inOrder(ends: [name: string, end: number | undefined][]): Stage[] {
	let from = 0;
	return ends.flatMap(([name, end]) => {
		if (end === undefined) return [];
		const to = Math.max(from, end);
		const stage = { name, from, to };
		from = to;
		return [stage];
	});
}
