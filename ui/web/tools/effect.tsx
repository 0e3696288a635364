import type { SayableTool } from "./catalogue.ts";

const marks = {
	read: undefined,
	write: { label: "Changes things", className: "bg-accent-wash text-accent" },
	destructive: { label: "May lose something", className: "bg-danger-wash text-danger" },
	outbound: { label: "Reaches outside", className: "bg-warn-wash text-warn" },
} as const;

/** Tells what a tool does to the world, in words and colour; reading needs no mark. */
export function EffectMark({ effect }: { effect: SayableTool["effect"] | undefined }) {
	const mark = effect === undefined ? undefined : marks[effect];
	if (mark === undefined) return null;
	return <span className={`rounded-full px-2 py-0.5 font-medium text-xs ${mark.className}`}>{mark.label}</span>;
}
