import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { isoLocal, sayClock, sayCount, sayDay, sayList } from "../../../core/text/index.ts";
import {
	type MainAdapters,
	nextOccurrence,
	repeatOf,
	type Schedule,
	sayRepeat,
	wallTimeOf,
} from "../adapters/index.ts";
import { comingTime, idField, onDays, pick, repeatField, weekdays } from "./schedule-shape.ts";

const reminderShape = z.object({
	id: idField,
	text: z.string(),
	time: z.string().describe("When it is due next, ISO 8601 with offset"),
	repeat: repeatField.optional(),
});

type Reminder = z.output<typeof reminderShape>;

const asReminder = ({ id, label, dueAt, days }: Schedule): Reminder => ({
	id,
	text: label ?? "",
	time: isoLocal(new Date(dueAt)),
	repeat: repeatOf(days),
});

const nameOf = ({ label }: Schedule) => label ?? "";

function whenOf({ time, repeat }: Pick<Reminder, "time" | "repeat">): string {
	const at = new Date(time);
	return `at ${sayClock(at)} ${repeat === undefined ? sayDay(at, new Date()) : sayRepeat(weekdays(repeat))}`;
}

/** What was to be remembered, said to the person who said it: "call my mom" is "call your mom". */
export function toYou(text: string): string {
	const others: Record<string, string> = {
		my: "your",
		mine: "yours",
		me: "you",
		i: "you",
		"i'm": "you're",
		am: "are",
		our: "your",
	};
	return text.replace(/\b[a-z']+\b/gi, (word) => {
		const key = word.toLowerCase();
		return Object.hasOwn(others, key) ? (others[key] ?? word) : word;
	});
}

export const addReminder = defineTool({
	name: "add_reminder",
	title: "Add reminder",
	description: "Keeps something to be reminded of at a time, once or repeating.",
	effect: "write",
	harmless: true,
	input: z.object({
		text: slot("text", z.string().trim().min(1).max(500)).describe("What to be reminded of"),
		time: slot("date-time", z.string().max(40)).describe("ISO 8601"),
		repeat: repeatField.optional().describe("The days it repeats on"),
	}),
	output: reminderShape,
	voice: {
		en: {
			sentences: [
				"remind me to {text} {time}",
				"remind me {time} to {text}",
				"remind me (about|of|that|for) {text} {time}",
				"remind me {time} (about|of|that) {text}",
				"remind me every {repeat} [at] {time} (to|about|of|that) {text}",
				"remind me (to|about|of|that) {text} every {repeat} [at] {time}",
				"remind me to {text} {time} every {repeat}",
				"{time} remind me (to|about|of|that) {text}",
				"remind me [for] {time} {text}",
				"remind me {text} {time}",
				"remind me (to|about|of|that) {text} every {repeat}",
				"remind me every {repeat} (to|about|of|that) {text}",
				"remind me {text} every {repeat}",
				"remind me {time}",
				"(do not let me forget|make sure i remember|help me remember|do not forget to remind me|remember) (to|about|that|of) {text} {time}",
				"(do not let me forget|make sure i do not forget|i must not forget) {text} {time}",
				"(i need|i have|i want) to remember (to|about) {text} {time}",
				"(i need|i have|i want) to remember (to|about) {text}",
				"(set|create|add|make|put|schedule|give me|set up) [a|another] [new] (reminder|notification|alert) [for me] (to|about|of|for|that) {text} {time}",
				"(set|create|add|make|put|schedule|give me|set up) [a] [new] (reminder|notification|alert) [for|at|on] {time} (to|about|of|that|for) {text}",
				"(set|create|add|make|put|schedule|give me|set up) [a] [new] (reminder|notification|alert) [for|at|on] {time}",
				"(set|create|add|make|put|schedule|set up) [a] {time} reminder (to|about|of|that|for) {text}",
				"(set|create|add|make|set up) [a] (reminder|notification|alert)",
				"(set|create|add|make|set up) [a] {text} reminder (for|at|on) {time}",
				"(set|create|add|make|put|set up) [a] [new] (reminder|notification|alert) [for|at|on] {time} {text}",
				"(add|put|enter|write|note) {text} (to|on|in|into) [the|my] (calendar|schedule|agenda|diary) [for|on] {time}",
				"(add|put|enter|write|note) {text} {time} (to|on|in|into) [the|my] (calendar|schedule|agenda|diary)",
				"(schedule|plan) {text} {time}",
				"[set] [up] [a|an] [new] (appointment|meeting|event) (with|for|about) {text} {time}",
				"(schedule|set up|add|create|put|make|book) [a|an] [new] (appointment|meeting|event) {time} (with|for|about) {text}",
				"(schedule|set up|add|create|put|make|book) [a|an] (appointment|meeting|event) (with|for|about) {text} {time}",
				"notify me (about|of) {text} {time}",
			],
			fixed: onDays((days) => [
				`remind me (to|about|of|that) {text} on ${days} [at] {time}`,
				`remind me (to|about|of|that) {text} [at] {time} on ${days}`,
				`remind me on ${days} [at] {time} (to|about|of|that) {text}`,
			]),
			examples: ["i must not forget the dentist on monday", "please schedule a reminder about the rent"],
			ask: { text: "What should I remind you of?", time: "When?" },
		},
	},
	summary: ({ text, time, repeat }) => `Remind you ${whenOf({ time, repeat })}: ${toYou(text)}`,
	say: (reminder) => `I'll remind you ${whenOf(reminder)}: ${toYou(reminder.text)}.`,
	run({ text, time, repeat }, { scheduler }: MainAdapters, { user, clock }) {
		const at = comingTime(time, clock.now());
		const days = weekdays(repeat);
		const wallTime = repeat === undefined ? null : wallTimeOf(at);
		const first = nextOccurrence({ wallTime, days }, clock.now()) ?? at;
		const reminder = { userId: user.id, kind: "reminder", label: text, seconds: null, wallTime, days } as const;
		return asReminder(scheduler.add({ ...reminder, dueAt: first.getTime() }));
	},
});

export const listReminders = defineTool({
	name: "list_reminders",
	title: "List reminders",
	description: "Tells what there is to be reminded of, on a day or in all.",
	effect: "read",
	input: z.object({
		day: slot("date-time", z.string().max(40)).optional().describe("Only what is due on the day of this ISO 8601 time"),
		today: z.boolean().optional().describe("Only what is due today"),
	}),
	output: z.object({ reminders: z.array(reminderShape) }),
	voice: {
		en: {
			sentences: [
				"(list|show|show me|read|read me|check|tell me|tell me about|give me|display|what are) [all] [of] [the|my] [pending|upcoming|current] (reminders|reminder) [for|on] {day}",
				"(list|show|show me|read|read me|check|tell me|tell me about|give me|display|what are) [all] [of] [the|my] [pending|upcoming|current|next] reminders",
				"(what|which|how many) reminders (do i have|are there|have i got|have i set|did i set|are set|are pending) [set]",
				"(what|which|how many) reminders (do i have|are there|have i got) [for|on] {day}",
				"(do i have|have i got|are there|have i) [any|a] [pending|upcoming] (reminder|reminders) [pending|set|left]",
				"(do i have|have i got|are there) any [pending|upcoming] reminders [for|on] {day}",
				"what (do you have to|are you going to|will you|should you) remind me (of|about)",
				"what is [next|up next|coming up] on my (schedule|agenda|calendar)",
				"what is on my (schedule|agenda|calendar) [for|on] {day}",
				"what do i have (on|planned|scheduled|to do|coming up) [for|on] {day}",
				"(show|show me|check|read|tell me|open) [my] (schedule|agenda|calendar|upcoming events) [for {day}]",
				"what (events|meetings|appointments) (do i have|are there) [coming up|scheduled|planned]",
				"what (events|meetings|appointments) (do i have|are there) [coming up|scheduled|planned] [for|on] {day}",
				"(do i have|are there) any [upcoming] (events|meetings|appointments) [on my calendar] [for|on] {day}",
				"(do i have|are there) any [upcoming] (events|meetings|appointments) [on my calendar]",
				"what does my (schedule|day|calendar|agenda) look like [for|on] {day}",
				"(is there anything|anything|any plans|any reminders) [on|planned|scheduled] [for|on] {day}",
				"(what is|is there anything) (coming up|scheduled|planned) [for|on] {day}",
				"(when|what) is my next (meeting|appointment|event|reminder)",
				"[my] (upcoming|next|latest) (events|event|meetings|meeting|appointments|appointment|reminders|reminder)",
				"[what is] my (schedule|agenda|reminders|calendar) [for|on] [{day}]",
				"do i have (anything|something) (booked|scheduled|planned|going on|on|to do) [for|on] {day}",
				"do i have (a|an|any) [calendar] (meeting|meetings|appointment|appointments|event|events) [scheduled] [for|on] {day}",
				"[do i have] any (meeting|meetings|appointment|appointments|event|events|reminders) [for|on] {day}",
				"how many (meetings|appointments|events|reminders) do i have [for|on] [{day}]",
				"am i (busy|free|available) [on] {day}",
				"what am i doing [on] {day}",
				"what is (happening|going on) [on] {day}",
				"what (reminders|events|meetings|appointments) are (in|on) my (calendar|schedule|agenda) [for|on] [{day}]",
				"what (reminders|events|meetings) are (coming up|there|planned) [for|on] [{day}]",
				"what do i have going on [on] {day}",
				"what is my [first|next] (appointment|meeting|event) [for|on] {day}",
			],
			fixed: [
				{ text: "what am i doing today", values: { today: true } },
				{ text: "(is there anything|anything) [on|planned|scheduled] [for] today", values: { today: true } },
				{
					text: "(list|show|show me|read|read me|check|tell me|what are) [the|my] (reminders|reminder) (for|of) today",
					values: { today: true },
				},
				{
					text: "(list|show|show me|read|read me|check|tell me|what are) todays (reminders|events|schedule|agenda)",
					values: { today: true },
				},
				{ text: "(what|which) reminders (do i have|are there|have i got) [for] today", values: { today: true } },
				{ text: "what is (on|in) my (schedule|agenda|calendar) [for] today", values: { today: true } },
				{ text: "what is on [todays|the] (schedule|agenda|calendar) [for today]", values: { today: true } },
				{ text: "what do i have (on|planned|scheduled|to do) [for] today", values: { today: true } },
				{ text: "what does (my day|todays schedule|my schedule) look like [today|for today]", values: { today: true } },
				{
					text: "(do i have|are there) any (reminders|events|meetings|appointments) [for] today",
					values: { today: true },
				},
			],
			followUps: [{ text: "(and|and what about|what about|how about) [for|on] {day}", values: { today: false } }],
			examples: ["did i want to remember something", "what must i not forget"],
		},
	},
	say: ({ reminders }, { today, day }) => {
		const scope = today === true ? " for today" : day === undefined ? "" : ` ${sayDay(new Date(day), new Date())}`;
		if (reminders.length === 0) return `You have no reminders${scope}.`;
		const oneDay = scope !== "";
		const each = reminders
			.slice(0, 4)
			.map(
				(reminder) =>
					`${toYou(reminder.text)} ${oneDay ? `at ${sayClock(new Date(reminder.time))}` : whenOf(reminder)}`,
			);
		return `You have ${sayCount(reminders.length, "reminder")}${scope}: ${sayList(each)}.`;
	},
	run({ day, today }, { scheduler }: MainAdapters, { user, clock }) {
		const all = scheduler.of(user.id, "reminder");
		const wanted = today === true ? clock.now() : day === undefined ? undefined : new Date(day);
		if (Number.isNaN(wanted?.getTime())) throw new AiosError("bad_request", `day is no ISO 8601 time: "${day}".`);
		const on = (dueAt: number) => wanted === undefined || new Date(dueAt).toDateString() === wanted.toDateString();
		return { reminders: all.filter(({ dueAt }) => on(dueAt)).map(asReminder) };
	},
});

export const cancelReminder = defineTool({
	name: "cancel_reminder",
	title: "Cancel reminder",
	description: "Cancels a reminder: the one that fits what is said, the only one, or all of them.",
	effect: "write",
	harmless: true,
	input: z.object({
		text: slot("text", z.string().trim().min(1).max(500)).optional().describe("What it reminds of, or words of it"),
		time: slot("date-time", z.string().max(40)).optional().describe("When it is due, ISO 8601"),
		all: z.boolean().optional(),
	}),
	output: z.object({ cancelled: z.array(reminderShape) }),
	voice: {
		en: {
			sentences: [
				"(cancel|delete|remove|clear|drop|get rid of|forget) [the|my|that|this] [next] reminder",
				"(cancel|delete|remove|clear|drop|get rid of|forget) [the|my|that] reminder (to|about|for|of|called) {text}",
				"(cancel|delete|remove|clear|drop|get rid of|forget) [the|my] {text} reminder",
				"(cancel|delete|remove|clear|drop) [the|my|that] (reminder|meeting|appointment|event) [i have] [for|at|on] {time} [from my calendar|in my calendar|on my calendar]",
				"(cancel|delete|remove|clear|drop) [the|my] {time} (reminder|meeting|appointment|event)",
				"(cancel|delete|remove|clear|drop) [the|my] {text} (reminder|meeting|appointment|event) [for|at|on] {time}",
				"(do not|you do not have to|you need not|no need to) remind me (to|about|of) {text} [any more|anymore]",
				"(i|you) do not need to (be reminded|remind me) (to|about|of) {text} [any more|anymore]",
				"(stop|quit) reminding me (to|about|of) {text}",
				"(cancel|delete|remove|clear) [the|my] {text} (from|on|in) (my|the) (calendar|schedule|agenda)",
				"(cancel|delete|remove) [the|my] (meeting|appointment|event) (with|about|for|on) {text}",
			],
			fixed: [
				{
					text: "(cancel|delete|remove|clear|drop|get rid of|forget) (all|all of|every|any) [the|my] [calendar] (reminders|reminder|events|event|meetings|appointments) [from my calendar|on my calendar|in my calendar]",
					values: { all: true },
				},
				{ text: "(cancel|delete|remove|clear|drop|get rid of) [the|my] reminders", values: { all: true } },
				{
					text: "[completely] (clear|empty|wipe) [clean] [all of] [the|my] (calendar|schedule|agenda)",
					values: { all: true },
				},
			],
			followUps: [
				{
					text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this|that again)",
					after: "add_reminder",
				},
				{ text: "(cancel|stop|undo|forget|delete|remove|scrap) (that|it|that one|this)", after: "list_reminders" },
			],
			examples: ["i already called mom, forget about it"],
		},
	},
	say: ({ cancelled }) => {
		const [only] = cancelled;
		if (cancelled.length === 1 && only !== undefined) return `I cancelled the reminder: ${toYou(only.text)}.`;
		return `I cancelled ${sayCount(cancelled.length, "reminder")}.`;
	},
	run({ text, time, all }, { scheduler }: MainAdapters, { user }) {
		const found = pick(scheduler, "reminder", { user, label: text, time, all }, nameOf);
		return { cancelled: found.filter(({ id }) => scheduler.remove(id)).map(asReminder) };
	},
});
