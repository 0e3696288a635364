import { afterAll, beforeAll, vi } from "vitest";

/**
 * Time in a file whose engines are scripted: whenever everything waits, it goes on at once to what comes next. Sound is
 * then heard as fast as the machine can, and nothing depends on how fast that is.
 */
export function inVirtualTime(): void {
	beforeAll(() => {
		vi.useFakeTimers();
		vi.setTimerTickMode("nextTimerAsync");
	});
	afterAll(() => {
		vi.useRealTimers();
	});
}
