/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"main.get_time": {
		main: "test/servers/main/tools.test.ts > the time > is told as people tell it",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure: "test/servers/main/tools.test.ts > the time > in a place that isn't there is an error with what to do",
	},
	"main.calculate": {
		main: "test/servers/main/tools.test.ts > sums > %s",
		bad: "test/servers/main/tools.test.ts > sums > nothing but sums is calculated: %s",
		failure: "test/servers/main/failures.test.ts > a calculation given up is ended, and the next one works",
	},
	"main.set_timer": {
		main: "test/servers/main/schedules.test.ts > timers > speak up when they are done, by name, and not before",
		bad: "test/servers/main/schedules.test.ts > timers > refuse lengths that make no sense",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.list_timers": {
		main: "test/servers/main/schedules.test.ts > timers > tell how much is left",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.cancel_timer": {
		main: "test/servers/main/schedules.test.ts > timers > are cancelled by name, length or all at once; which one is asked where it isn't clear",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.set_alarm": {
		main: "test/servers/main/schedules.test.ts > alarms > ring at their time, and repeating ones again",
		bad: "test/servers/main/schedules.test.ts > alarms > in the past, or at no time, are refused",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.list_alarms": {
		main: "test/servers/main/schedules.test.ts > alarms > ring at their time, and repeating ones again",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.cancel_alarm": {
		main: "test/servers/main/schedules.test.ts > alarms > are cancelled by time",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.add_reminder": {
		main: "test/servers/main/schedules.test.ts > reminders > are said at their time, to whom they belong",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.list_reminders": {
		main: "test/servers/main/schedules.test.ts > reminders > are listed by day and cancelled by what they are about",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.cancel_reminder": {
		main: "test/servers/main/schedules.test.ts > reminders > are listed by day and cancelled by what they are about",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > after %s what waits is still told, and taking it back fails",
	},
	"main.add_to_list": {
		main: "test/servers/main/tools.test.ts > lists > are filled, read and emptied by voice, by sound where misheard, and kept across a restart",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.show_list": {
		main: "test/servers/main/tools.test.ts > lists > are filled, read and emptied by voice, by sound where misheard, and kept across a restart",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.remove_from_list": {
		main: "test/servers/main/tools.test.ts > lists > are filled, read and emptied by voice, by sound where misheard, and kept across a restart",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.clear_list": {
		main: "test/servers/main/tools.test.ts > lists > several things are taken off at once, and a whole list is cleared",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the database gone nothing is said to be done that is not > %s fails",
	},
	"main.help": {
		main: "test/servers/main/tools.test.ts > the assistant itself > says what it can do, in all and about one thing",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the assistant around it gone %s says so, and the time is still told",
	},
	"main.repeat": {
		main: "test/servers/main/tools.test.ts > the assistant itself > repeats its last answer",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the assistant around it gone %s says so, and the time is still told",
	},
	"main.system_status": {
		main: "test/servers/main/tools.test.ts > the assistant itself > says which of its parts is unwell, and why",
		bad: "test/servers/main/failures.test.ts > input that makes no sense is refused, and the field is named > %s given %j",
		failure:
			"test/servers/main/failures.test.ts > with the assistant around it gone %s says so, and the time is still told",
	},
};
