/** Asks again until the answer is there. Throws with `what` and the last error after `withinMs`. */
export async function until<T>(
	what: string,
	withinMs: number,
	ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
	const end = Date.now() + withinMs;
	let last: unknown;
	for (;;) {
		try {
			const answer = await ask();
			if (answer !== undefined && answer !== false) return answer;
		} catch (error) {
			last = error;
		}
		if (Date.now() > end) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
