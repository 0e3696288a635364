import { defineServer, type ServerDefinition } from "../../core/contract/index.ts";
import { createAdapters, type MainPorts } from "./adapters/index.ts";
import { cancelAlarm, listAlarms, setAlarm } from "./tools/alarms.ts";
import { repeat, systemStatus } from "./tools/assistant.ts";
import { calculate } from "./tools/calculate.ts";
import { getTime } from "./tools/get-time.ts";
import { help } from "./tools/help.ts";
import { addToList, clearList, removeFromList, showList } from "./tools/lists.ts";
import { addReminder, cancelReminder, listReminders } from "./tools/reminders.ts";
import { cancelTimer, listTimers, setTimer } from "./tools/timers.ts";

export type { ListStore, MainPorts, Schedule, ScheduleStore } from "./adapters/index.ts";

/**
 * The main server: time, sums, timers, alarms, reminders and lists, and what the assistant says of itself. It runs in
 * the main process, whose composition root gives it its ports:
 * `createMainServer({ schedules: schedules(store), lists: lists(store), status, catalogue, lastTurn })`.
 * `deps.announce` is needed at start, and must hold what it is given until somebody is there to hear it: what fell due
 * while nothing ran is announced as soon as the adapters are made.
 */
export function createMainServer(ports: MainPorts): ServerDefinition {
	return defineServer({
		name: "main",
		title: "Main",
		description: "Time, calculations, timers, alarms, reminders and lists; help and the state of the system.",
		port: null,
		instructions:
			"Times are ISO 8601 with offset, durations seconds. Timers, alarms and reminders speak up by themselves when they are due.",
		tools: [
			getTime,
			calculate,
			setTimer,
			listTimers,
			cancelTimer,
			setAlarm,
			listAlarms,
			cancelAlarm,
			addReminder,
			listReminders,
			cancelReminder,
			addToList,
			showList,
			removeFromList,
			clearList,
			help,
			repeat,
			systemStatus,
		],
		adapters: (deps) => createAdapters(ports, deps),
	});
}
