export { endingAfter, lookingAfter } from "./follow-ups.ts";
export { ending, type Lasting, lasting, lookFields, looking } from "./lasting.ts";
export {
	callMs,
	follow,
	look,
	lookField,
	patienceOf,
	sayRunning,
	stateOf,
	stop,
	waitField,
	waitFor,
	waitMs,
	wasCancelled,
	workFields,
	workIdField,
} from "./wait.ts";
export { createWorks, isRunning, type Wanted, type Work, type Works } from "./works.ts";
