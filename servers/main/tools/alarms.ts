import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { sayClock, sayCount, sayDay, sayList } from "../../../core/text/index.ts";
import { type MainAdapters, nextOccurrence, type Schedule, sayRepeat, wallTimeOf } from "../adapters/index.ts";
import { asEvent, comingTime, eventShape, labelField, onDays, pick, repeatField, weekdays } from "./schedule-shape.ts";

const nameOf = ({ label, dueAt }: Schedule) =>
	label === null ? `the ${sayClock(new Date(dueAt))} alarm` : `the ${label} alarm at ${sayClock(new Date(dueAt))}`;

type Event = z.output<typeof eventShape>;

function whenOf({ time, repeat }: Event): string {
	const at = new Date(time);
	const day = repeat === undefined ? sayDay(at, new Date()) : sayRepeat(weekdays(repeat));
	return `${sayClock(at)} ${day}`;
}

export const setAlarm = defineTool({
	name: "set_alarm",
	title: "Set alarm",
	description: "Sets an alarm for a time, once or repeating; it rings until it is stopped.",
	effect: "write",
	harmless: true,
	input: z.object({
		time: slot("date-time", z.string().max(40)).describe("ISO 8601"),
		label: slot("name", labelField).optional(),
		repeat: repeatField.optional().describe("The days it repeats on"),
	}),
	output: eventShape,
	voice: {
		en: {
			sentences: [
				"(set|create|make|add|put on|start|turn on|set up|schedule|put|give me) [a|an|another|one] [new] (alarm|alarm clock|wake up call|wake up alarm) [for|at|to|in|on] {time}",
				"(set|create|make|add|put on|set up|give me) [a|an] {time} alarm",
				"(set|create|make|add|put on|set up|give me) [a|an] alarm (for|at) {time} every {repeat}",
				"(set|create|make|add|put on|set up|give me) [a|an] alarm every {repeat} (for|at) {time}",
				"(set|create|make|add|put on|set up) [a|an] {label} alarm [for|at] {time}",
				"(set|create|make|add|put on|set up) [a|an] {label} alarm [for|at] {time} every {repeat}",
				"(set|create|make|add|put on|set up) [a|an] alarm [for|at] {time} (called|named|labelled|for|to) {label}",
				"(set|create|make|add|put on|set up) [a|an] alarm (called|named|labelled) {label} (for|at) {time}",
				"wake me [up] [at|in|on|by] {time}",
				"wake me [up] [at] {time} every {repeat}",
				"wake me [up] every {repeat} [at] {time}",
				"(get me up|i want to wake up|i have to wake up|i want to get up|i have to get up|i need to get up|make sure i wake up) [at|by] {time}",
				"wake up (at|by) {time}",
				"(alarm|wake up alarm) [for|at|in] {time}",
				"alarm set [for] {time}",
				"{time} alarm",
				"(alert|buzz|ring|wake) me (at|in|on) {time}",
				"(set|create|make|add|set up) [a|an] alarm",
				"wake me up",
				"(set|make) me [a|an] alarm (for|at) {time}",
				"i (need|want|have) to be (up|awake) (at|by) {time}",
				"(get|wake) me [up] {time}",
			],
			fixed: onDays((days) => [
				`(set|create|make|add|put on|set up|give me) [a|an] alarm [for|at] {time} (on|every) ${days}`,
				`(set|create|make|add|put on|set up|give me) [a|an] alarm [for|at] {time} (called|named|for) {label} (on|every) ${days}`,
				`(set|create|make|add|put on|set up|give me) [a|an] alarm (on|for) ${days} [for|at] {time}`,
				`(set|create|make|add|put on|set up|give me) [a|an] {label} alarm [for|at] {time} (on|every) ${days}`,
				`wake me [up] [at] {time} on ${days}`,
				`wake me [up] on ${days} [at] {time}`,
			]),
			followUps: [{ text: "(and|plus) (another|another one|one|one more) (for|at) {time}" }],
			examples: ["i must not oversleep tomorrow", "get me out of bed at six"],
			ask: { time: "For when?" },
		},
	},
	summary: ({ time, repeat, label }) =>
		`Set an alarm for ${whenOf({ id: "", time, repeat })}${label === undefined ? "" : `, ${label}`}`,
	say: (event) => `${event.label === undefined ? "Alarm" : `Alarm "${event.label}"`} set for ${whenOf(event)}.`,
	run({ time, label, repeat }, { scheduler }: MainAdapters, { user, clock }) {
		const at = comingTime(time, clock.now());
		const days = weekdays(repeat);
		const wallTime = repeat === undefined ? null : wallTimeOf(at);
		const first = nextOccurrence({ wallTime, days }, clock.now()) ?? at;
		const alarm = { userId: user.id, kind: "alarm", label: label ?? null, seconds: null, wallTime, days } as const;
		return asEvent(scheduler.add({ ...alarm, dueAt: first.getTime() }));
	},
});

export const listAlarms = defineTool({
	name: "list_alarms",
	title: "List alarms",
	description: "Tells which alarms are set.",
	effect: "read",
	input: z.object({}),
	output: z.object({ alarms: z.array(eventShape) }),
	voice: {
		en: {
			sentences: [
				"(list|show|show me|read|read me|check|tell me|tell me about|give me|display|what are|report) [all] [of] [the|my] [set|active|current|upcoming] (alarms|alarm settings|alarm times)",
				"(what|which|how many) alarms (are set|are on|are active|are there|do i have|have i set|have i got|did i set|have you set|are upcoming) [set] [for me] [today|tomorrow|right now]",
				"(do i have|have i got|have i|did i set|are there|is there) [any|a|an] (alarm|alarms) [set|on|running] [for] [today|tomorrow] [morning]",
				"(when|what time|at what time) (is|are) (my|the) [next|wake up|morning] (alarm|alarms) [set] [for|to go off]",
				"(when|what time) (does|do|will) (my|the) [next|wake up|morning] (alarm|alarms) (ring|go off)",
				"(what is|tell me) my (next|wake up) alarm",
				"(my|next) (alarm|alarms)",
				"is (my|the) alarm (set|on)",
				"(what time|when) (will you wake me|do i get up|do i have to get up|am i waking up) [up] [tomorrow]",
				"check [for] [my] alarms",
				"(what|at what) time (did i set|have you set|is) (the|my|an) (alarm|wake up alarm|wakeup alarm) [set] [for|for me]",
				"did i set (an|any|the|my) (alarm|alarms)",
				"any alarms [set|on]",
				"what (is|are) (the|my) (alarm|alarms) set (for|to)",
				"what time is (the|my) [next] alarm [set] [for|at|to]",
			],
			examples: ["when will you wake me", "did you set my alarm"],
		},
	},
	say: ({ alarms }) => {
		if (alarms.length === 0) return "You have no alarms.";
		const each = alarms
			.slice(0, 4)
			.map((alarm) => `${whenOf(alarm)}${alarm.label === undefined ? "" : ` for ${alarm.label}`}`);
		return `You have ${sayCount(alarms.length, "alarm")}: ${sayList(each)}.`;
	},
	run: (_, { scheduler }: MainAdapters, { user }) => ({ alarms: scheduler.of(user.id, "alarm").map(asEvent) }),
});

export const cancelAlarm = defineTool({
	name: "cancel_alarm",
	title: "Cancel alarm",
	description: "Cancels an alarm: by its time or name, the only one, or all of them.",
	effect: "write",
	harmless: true,
	input: z.object({
		time: slot("date-time", z.string().max(40)).optional().describe("The time of day it is set for, ISO 8601"),
		label: slot("name", labelField).optional(),
		all: z.boolean().optional(),
	}),
	output: z.object({ cancelled: z.array(eventShape) }),
	voice: {
		en: {
			sentences: [
				"(cancel|delete|remove|clear|turn off|switch off|get rid of|disable|drop|unset|stop) [the|my|that|this] [next] (alarm|alarm clock|wake up call)",
				"(cancel|delete|remove|clear|turn off|switch off|get rid of|disable|drop|unset|stop) [the|my] alarm [set|that is set] (for|at|on) {time}",
				"(cancel|delete|remove|clear|turn off|switch off|get rid of|disable|drop|unset|stop) [the|my] {time} alarm",
				"(cancel|delete|remove|clear|turn off|switch off|get rid of|disable|drop|unset|stop) [the|my] {label} alarm",
				"(cancel|delete|remove|clear|turn off) [the|my] alarm (called|named|labelled) {label}",
				"turn [the|my] alarm off",
				"(do not|no need to) wake me [up] [at {time}]",
				"(do not|no need to) wake me [up] {time}",
				"(cancel|delete|remove|clear|turn off|switch off|get rid of|disable|drop|unset|stop) {time}'s alarm",
				"(i do not need|i no longer need|forget|never mind) (the|my) [{label}] alarm [any more|anymore]",
			],
			fixed: [
				{
					text: "(cancel|delete|remove|clear|turn off|switch off|get rid of|disable) (all|all of|every|any) [the|my] (alarms|alarm) [i have set|that i have set]",
					values: { all: true },
				},
				{
					text: "(cancel|delete|remove|clear|turn off|switch off|get rid of|disable) [the|my] alarms",
					values: { all: true },
				},
			],
			followUps: [
				{
					text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this|that again)",
					after: "set_alarm",
				},
				{ text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this)", after: "list_alarms" },
				{ text: "turn (that|it) off [again]", after: "set_alarm" },
			],
			examples: ["let me sleep in tomorrow"],
		},
	},
	say: ({ cancelled }) => {
		const [only] = cancelled;
		if (cancelled.length === 1 && only !== undefined) return `I cancelled the alarm for ${whenOf(only)}.`;
		return `I cancelled ${sayCount(cancelled.length, "alarm")}.`;
	},
	run({ time, label, all }, { scheduler }: MainAdapters, { user }) {
		const found = pick(scheduler, "alarm", { user, label, all, time }, nameOf);
		return { cancelled: found.filter(({ id }) => scheduler.remove(id)).map(asEvent) };
	},
});
