import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import {
	isoDay,
	isoTime,
	localZone,
	monthNames,
	sayTimeOfDay,
	wallClock,
	weekdayNames,
	zoneName,
} from "../../../core/text/index.ts";
import type { MainAdapters } from "../adapters/index.ts";

export const getTime = defineTool({
	name: "get_time",
	title: "Get time",
	description: "Tells the time, the date or the weekday, here or in another city, country or time zone.",
	effect: "read",
	input: z.object({
		place: slot("name", z.string().min(1).max(100)).optional().describe('A city, state or country: "Tokyo"'),
		zone: z.string().max(60).optional().describe('An IANA time zone: "Europe/Berlin"'),
		what: z.enum(["time", "date", "weekday"]).optional().describe("What is asked for; the time by default"),
		when: slot("date-time", z.string().max(40))
			.optional()
			.describe("A day whose date or weekday is asked for, ISO 8601; today by default"),
	}),
	output: z.object({
		iso: z.string().describe("ISO 8601 with offset"),
		time: z.string().describe("24-hour clock, HH:MM"),
		date: z.string().describe("YYYY-MM-DD"),
		weekday: z.string(),
		zone: z.string(),
		place: z.string().optional(),
	}),
	voice: {
		en: {
			sentences: [
				"(what time is it|what is the time|tell me the time|tell the time) (in|for|at) {place}",
				"[what is] [the] [current|exact] [local] time (in|for) {place} [right now|now|at the moment]",
				"(tell|give) me the [current] time (in|for) {place}",
				"what time is it [right now|now|currently] in {place} [right now|now]",
				"what time (do they have|have they got) in {place}",
				"how late is it in {place}",
				"(what time is it|what is the time|what is the local time) over (in|there in) {place}",
				"show me the [current] time in {place}",
				"what time [is it] [now] in {place}",
				"what is [the] time now in {place}",
			],
			fixed: [
				{ text: "what time is it [now|right now|currently|here]", values: {} },
				{ text: "[what is] [the] [current|exact] time [is it]", values: {} },
				{ text: "(tell|give|show) me [the] [current|exact] time", values: {} },
				{ text: "tell me [what] time it is", values: {} },
				{ text: "what time [is] it is", values: {} },
				{ text: "what time it is", values: {} },
				{ text: "(what|which) day it is [today]", values: { what: "weekday" } },
				{ text: "(what|which) day [of the week] (will|is|does) {when} (be|fall on|on)", values: { what: "weekday" } },
				{ text: "what [is] the time is it", values: {} },
				{ text: "(do you have|have you got|got) the time", values: {} },
				{ text: "how late is it", values: {} },
				{ text: "[tell me] the hour", values: {} },
				{ text: "what is the [current] (date and time|time and date) [today|now]", values: { what: "date" } },
				{ text: "what is (it|today) today", values: { what: "date" } },
				{ text: "what is today", values: { what: "date" } },
				{ text: "[the] [current] date [today|please]", values: { what: "date" } },
				{ text: "today date", values: { what: "date" } },
				{
					text: "(can i have|give me|let me have) [the] (date|todays date|current date) [today]",
					values: { what: "date" },
				},
				{ text: "(what|which) [day] (will be|is|falls on) [the] day [on] {when}", values: { what: "weekday" } },
				{ text: "check the time", values: {} },
				{ text: "what time is it (in|on) (this|my) (zone|time zone|computer|clock)", values: {} },
				{
					text: "(what is|tell me|give me|show me) [the] (date|todays date) [today|of today|for today]",
					values: { what: "date" },
				},
				{ text: "[what is] todays date", values: { what: "date" } },
				{ text: "what date is it [today]", values: { what: "date" } },
				{ text: "(what|which) day of the month is it", values: { what: "date" } },
				{ text: "what is [the] date today", values: { what: "date" } },
				{ text: "which date (do we have|is today)", values: { what: "date" } },
				{ text: "what (month|year) is it", values: { what: "date" } },
				{ text: "(what|which) day [of the week] is (it|today) [today]", values: { what: "weekday" } },
				{ text: "(what|which) weekday is (it|today)", values: { what: "weekday" } },
				{ text: "what is (todays day|the day today)", values: { what: "weekday" } },
				{ text: "tell me (what|which) day it is [today]", values: { what: "weekday" } },
				{ text: "what day [of the week] (is|does) {when} [fall on|on]", values: { what: "weekday" } },
				{ text: "(what|which) (day|weekday) is it on {when}", values: { what: "weekday" } },
				{ text: "(what|which) (day|weekday) (will it be|is it|does it fall) {when}", values: { what: "weekday" } },
				{ text: "(what|which) (day|weekday) will {when} be", values: { what: "weekday" } },
				{ text: "what is the date (on|for|of) {when}", values: { what: "date" } },
				{ text: "(what|which) date (is|is it|will it be) [on] {when}", values: { what: "date" } },
				{ text: "what (day|date) is it in {place}", values: { what: "date" } },
				{ text: "what is the date in {place}", values: { what: "date" } },
			],
			followUps: [
				{ text: "(and|and what about|what about|how about|and how about|or) [in] {place}" },
				{ text: "[and] (what time is it|what is it) [there] in {place}" },
				{ text: "(no|no sorry) [i] (mean|meant|said) [in] {place}" },
				{ text: "(and|and what about|what about|how about) [on] {when}" },
				{ text: "and the date", values: { what: "date" } },
				{ text: "and the (day|weekday)", values: { what: "weekday" } },
				{ text: "and (here|the time)", values: { what: "time" } },
			],
			examples: ["what's the time", "is it late already", "what day do we have today"],
		},
	},
	say: ({ weekday, time, place, date }, { what, when }) => {
		const where = place === undefined ? "" : ` in ${place}`;
		if (what === undefined || what === "time") {
			const [hour = 0, minute = 0] = time.split(":").map(Number);
			return `It's ${sayTimeOfDay({ hour, minute })}${place === undefined ? "" : partOfDay(hour, minute)}${where}.`;
		}
		const [year, month, day] = date.split("-").map(Number);
		const said = `${monthNames[(month ?? 1) - 1]} ${day}, ${year}`;
		if (what === "date")
			return when === undefined ? `It's ${weekday}, ${said}${where}.` : `That's ${weekday}, ${said}.`;
		return when === undefined ? `It's ${weekday}${where}.` : `${said} is a ${weekday}.`;
	},
	async run({ place, zone, when }, { findPlace }: MainAdapters, { clock }) {
		const at = when === undefined ? clock.now() : new Date(when);
		if (Number.isNaN(at.getTime())) throw new AiosError("bad_request", `"${when}" is not an ISO 8601 date.`);
		const found = place === undefined ? undefined : await findPlace(place);
		const used = found?.zone ?? checkedZone(zone);
		const wall = wallClock(at, used);
		const iso = isoTime(wall);
		return {
			iso,
			time: iso.slice(11, 16),
			date: isoDay(wall),
			weekday: weekdayNames[wall.weekday] ?? "",
			zone: used ?? localZone(),
			...(found === undefined ? {} : { place: found.name }),
		};
	},
});

/** Elsewhere it may be night while it is day here. */
function partOfDay(hour: number, minute: number): string {
	if (hour % 12 === 0 && minute === 0) return "";
	if (hour < 5 || hour >= 22) return " at night";
	if (hour < 12) return " in the morning";
	return hour < 18 ? " in the afternoon" : " in the evening";
}

function checkedZone(zone: string | undefined): string | undefined {
	if (zone === undefined) return undefined;
	try {
		return zoneName(zone);
	} catch (cause) {
		throw new AiosError("bad_request", `There is no time zone "${zone}".`, {
			fix: 'Use an IANA name such as "Europe/Berlin", or a place.',
			cause,
		});
	}
}
