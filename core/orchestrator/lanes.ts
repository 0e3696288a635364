/** Makes a function that runs tasks, at most `width` at a time; the others wait in order. */
export function createLanes(width: number): <T>(task: () => Promise<T>) => Promise<T> {
	const waiting: (() => void)[] = [];
	let running = 0;
	return async (task) => {
		if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
		else running += 1;
		try {
			return await task();
		} finally {
			// The lane goes to the next in line without being free in between.
			const next = waiting.shift();
			if (next === undefined) running -= 1;
			else next();
		}
	};
}
