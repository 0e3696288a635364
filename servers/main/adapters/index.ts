import { AiosError, type CatalogueTool, type ServerDeps, type SystemStatus } from "../../../core/contract/index.ts";
import { type Calculator, createCalculator } from "./calculator.ts";
import { findPlace, type Place } from "./places.ts";
import type { ListStore, MainPorts } from "./ports.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";

export type { ListStore, MainPorts, Schedule, ScheduleKind, ScheduleStore } from "./ports.ts";
export { nextOccurrence, type Repeat, repeatNames, repeatOf, repeats, sayRepeat, wallTimeOf } from "./recurrence.ts";
export { type Scheduler, spanOf } from "./scheduler.ts";

export interface MainAdapters {
	scheduler: Scheduler;
	lists: ListStore;
	calculator: Calculator;
	findPlace(said: string): Promise<Place>;
	status(): SystemStatus;
	catalogue(): readonly CatalogueTool[];
	lastTurn: MainPorts["lastTurn"];
	close(): void;
}

/** Makes the adapters and starts the scheduler: it says at once what fell due while nothing ran. */
export function createAdapters(ports: MainPorts, { clock, log, announce }: ServerDeps): MainAdapters {
	if (announce === undefined) {
		throw new AiosError("missing_part", "The main server has no way to speak up when a timer is due.", {
			fix: "Start it as part of the assistant.",
		});
	}
	const scheduler = createScheduler({ store: ports.schedules, clock, log, announce });
	const calculator = createCalculator();
	return {
		scheduler,
		lists: ports.lists,
		calculator,
		findPlace,
		status: ports.status,
		catalogue: ports.catalogue,
		lastTurn: ports.lastTurn,
		close() {
			scheduler.close();
			calculator.close();
		},
	};
}
