import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { capital, isoLocal, sayCount, sayDuration, sayList } from "../../../core/text/index.ts";
import { type MainAdapters, type Schedule, spanOf } from "../adapters/index.ts";
import { idField, labelField, pick } from "./schedule-shape.ts";

const longestTimerS = 30 * 86_400;

const timerShape = z.object({
	id: idField,
	label: z.string().optional(),
	seconds: z.number().describe("Full length"),
	remaining_seconds: z.number(),
	due: z.string().describe("ISO 8601 with offset"),
});

function asTimer({ id, label, seconds, dueAt }: Schedule, now: Date): z.output<typeof timerShape> {
	const remaining = Math.max(0, Math.round((dueAt - now.getTime()) / 1000));
	return {
		id,
		label: label ?? undefined,
		seconds: seconds ?? 0,
		remaining_seconds: remaining,
		due: isoLocal(new Date(dueAt)),
	};
}

const nameOf = (timer: Pick<Schedule, "seconds"> & { label?: string | null }) =>
	`${timer.label ?? spanOf(timer.seconds ?? 0)} timer`;

export const setTimer = defineTool({
	name: "set_timer",
	title: "Set timer",
	description: "Starts a timer; when it is done, the assistant says so.",
	effect: "write",
	harmless: true,
	input: z.object({
		duration: slot("duration", z.number().min(1).max(longestTimerS)).describe("Seconds"),
		label: slot("name", labelField).optional().describe("What it is for: pasta"),
		instead: z.boolean().optional().describe("In place of the timer that was set last"),
	}),
	output: timerShape,
	voice: {
		en: {
			sentences: [
				"(set|start|create|make|begin|put on|give me|add|run) [a|another|one] [new] timer (for|of|to|with|at) {duration}",
				"(set|start|create|make|begin|put on|give me|add|run) [a] {duration} timer",
				"(set|start|create|make|begin|put on|give me|add|run) [a|the] timer {duration}",
				"(set|start|create|make|begin|put on|give me|add|run) [a|the] {label} timer (for|of|to) {duration}",
				"(set|start|create|make|begin|put on|add|run) [a] {duration} timer (for|called|named|labelled) {label}",
				"(set|start|create|make|begin|put on|add|run) [a] timer (called|named|labelled) {label} for {duration}",
				"(set|start|create|make|begin|put on|add|run) [a] timer (for|of) {duration} (called|named|labelled|for) {label}",
				"(set|start|create|make|begin|put on|add|run) [a] {duration} {label} timer",
				"timer [for|of] {duration}",
				"{duration} timer",
				"(count|count down) [for|from] {duration}",
				"countdown (for|of|from) {duration}",
				"time {duration}",
				"(tell|warn|alert|notify|ping) me (in|after) {duration}",
				"(set|start|create|make|begin|add) [a] timer",
				"(set|start|give) me [a|another] timer (for|of) {duration}",
				"(set|start|give) me [a] {duration} timer",
				"(set|start|make) me [a] {label} timer (for|of) {duration}",
				"(set|start|create|add) another timer (for|of) {duration} (called|named|for) {label}",
				"give me {duration} on the clock",
				"(let me know|tell me|say|shout|beep) (when|after) {duration} (is|are|have) (up|over|passed|gone)",
				"(a|another) timer [for {duration}]",
				"time {label} for {duration}",
				"(set|start|create|make|begin|put on|add|run) [a] timer for [the] {label} (for|of) {duration}",
				"(set|start|create|make|begin|put on|add|run) [a] timer for [the] {label} {duration}",
			],
			followUps: [
				{
					text: "[no|actually] (make (that|it)|change (that|it) to|i (mean|meant|said)) {duration} [instead]",
					values: { instead: true },
				},
				{ text: "(and|plus) (another|another one|one|one more) for {duration}", values: { instead: false } },
				{
					text: "(and|plus) (another|another one|one|one more) for {label} for {duration}",
					values: { instead: false },
				},
				{
					text: "(and|plus) (another|another one|one|one more) for {duration} for {label}",
					values: { instead: false },
				},
			],
			examples: ["the eggs need eight minutes", "let me know when ten minutes are over"],
			ask: { duration: "For how long?" },
		},
	},
	summary: ({ duration, label }) =>
		`Set ${label === undefined ? "a" : `a ${label}`} timer for ${sayDuration(duration)}`,
	say: ({ seconds, label }) =>
		`${label === undefined ? "Timer" : `${capital(label)} timer`} set for ${sayDuration(seconds)}.`,
	run({ duration, label, instead }, { scheduler }: MainAdapters, { user, clock }) {
		const now = clock.now();
		const [newest] = scheduler.of(user.id, "timer").sort((a, b) => b.createdAt - a.createdAt);
		if (instead === true && newest !== undefined) scheduler.remove(newest.id);
		const timer = scheduler.add({
			userId: user.id,
			kind: "timer",
			label: label ?? null,
			dueAt: now.getTime() + Math.round(duration * 1000),
			seconds: Math.round(duration),
			wallTime: null,
			days: [],
		});
		return asTimer(timer, now);
	},
});

export const listTimers = defineTool({
	name: "list_timers",
	title: "List timers",
	description: "Tells which timers run and how much time is left on each.",
	effect: "read",
	input: z.object({
		label: slot("name", labelField).optional().describe("Only the timer of that name"),
		duration: slot("duration", z.number()).optional().describe("Only the timer of that full length, in seconds"),
	}),
	output: z.object({ timers: z.array(timerShape) }),
	voice: {
		en: {
			sentences: [
				"(list|show|show me|read|check|tell me) [all] [of] [my] [running|active|current] timers",
				"(what|which|how many) timers (are running|are active|are set|are there|do i have|have i set|did i set|are on)",
				"(do i have|have i got|are there) any timers [running|set|on|going]",
				"how (much time|long) [is] (left|remaining) [on] [my|the] [timer]",
				"how much time is (left|remaining)",
				"how much (longer|time) [is left|is there] on (the|my) timer",
				"how much time is left on (the|my) {label} timer",
				"how (much time|long) is left on (the|my) {duration} timer",
				"how long [is left|is there|until] [on] (the|my) {label} timer [have left|is done]",
				"how much (time|longer) does (the|my) {label} timer have [left]",
				"how long (until|till|before) (the|my) [{label}] timer (is done|is over|goes off|ends|finishes|rings)",
				"(check|show|what is) [the|my] [{label}] timer [status]",
				"when (is|does|will) (the|my) timer (done|over|go off|end|finish|ring|be done|be over)",
				"how (is|are) my (timer|timers) doing",
				"how (much longer|long|much time) [is left] (on|for) (the|my) {label} timer",
				"how (much longer|long|much time) (has|does) (the|my) [{label}] timer (got|have) [left|to go|to run]",
				"how (much longer|long) [is left|to go]",
				"(are|is) (any|a|the|my) (timers|timer) [still] (running|on|going|set)",
				"how (are|is) the {label} timer [doing|coming along]",
				"timers",
			],
			followUps: [
				{ text: "(and|what about|and what about|how about) the {label} [timer]" },
				{ text: "how (long|much longer|much time) [is left|is it|to go]", after: "set_timer" },
			],
			examples: ["is the pasta ready soon", "how many minutes to go"],
		},
	},
	say: ({ timers }) => {
		if (timers.length === 0) return "You have no timers.";
		if (timers.length === 1 && timers[0] !== undefined) {
			return `${sayDuration(timers[0].remaining_seconds)} left on your ${nameOf(timers[0])}.`;
		}
		const each = timers
			.slice(0, 4)
			.map((timer) => `your ${nameOf(timer)} has ${sayDuration(timer.remaining_seconds)} left`);
		return `You have ${sayCount(timers.length, "timer")}: ${sayList(each)}.`;
	},
	run({ label, duration }, { scheduler }: MainAdapters, { user, clock }) {
		const all = label === undefined && duration === undefined;
		const found = all ? scheduler.of(user.id, "timer") : pick(scheduler, "timer", { user, label, duration }, nameOf);
		return { timers: found.map((timer) => asTimer(timer, clock.now())) };
	},
});

export const cancelTimer = defineTool({
	name: "cancel_timer",
	title: "Cancel timer",
	description: "Cancels a running timer: the one named, the only one, or all of them.",
	effect: "write",
	harmless: true,
	input: z.object({
		label: slot("name", labelField).optional().describe("Its name"),
		duration: slot("duration", z.number()).optional().describe("Its full length in seconds"),
		all: z.boolean().optional(),
	}),
	output: z.object({ cancelled: z.array(timerShape) }),
	voice: {
		en: {
			sentences: [
				"(cancel|stop|delete|remove|clear|end|kill|turn off|get rid of|switch off|abort) [the|my|that|this] timer",
				"(cancel|stop|delete|remove|clear|end|kill|turn off|get rid of|switch off|abort) [the|my] {label} timer",
				"(cancel|stop|delete|remove|clear|end|kill|turn off|get rid of|switch off) [the|my] {duration} timer",
				"(cancel|stop|delete|remove|clear|turn off) [the|my] timer (for|called|named) {label}",
				"turn [the|my] [{label}] timer off",
				"(i do not need|i no longer need|forget|never mind) (the|my) [{label}] timer [any more|anymore]",
				"shut (off|down) [the|my] [{label}] timer",
			],
			fixed: [
				{
					text: "(cancel|stop|delete|remove|clear|end|kill|turn off|switch off|shut off|get rid of) (all|all of|every|both) [the|my] [running] (timers|timer)",
					values: { all: true },
				},
				{ text: "(cancel|stop|delete|remove|clear|end|turn off|get rid of) [the|my] timers", values: { all: true } },
			],
			followUps: [
				{
					text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this|that again)",
					after: "set_timer",
				},
				{ text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this)", after: "list_timers" },
				{ text: "turn (that|it) off [again]", after: "set_timer" },
			],
			examples: ["the pasta is done, no timer needed"],
		},
	},
	say: ({ cancelled }) => {
		const [only] = cancelled;
		if (cancelled.length === 1 && only !== undefined) return `I cancelled your ${nameOf(only)}.`;
		return `I cancelled ${sayCount(cancelled.length, "timer")}.`;
	},
	run({ label, duration, all }, { scheduler }: MainAdapters, { user, clock }) {
		const found = pick(scheduler, "timer", { user, label, duration, all }, nameOf);
		return { cancelled: found.filter(({ id }) => scheduler.remove(id)).map((timer) => asTimer(timer, clock.now())) };
	},
});
