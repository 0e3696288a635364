export interface SharedLine<L> {
	/** Runs something over the line, which is opened when first needed and again after it was lost. */
	use<T>(run: (line: L) => Promise<T>): Promise<T>;
	close(): Promise<void>;
}

interface Opened<L> {
	line: Promise<L>;
	/** How many use it now. */
	users: number;
	lost: boolean;
}

/**
 * One line that many calls use at once. After an error that `isLost` calls a loss the next call opens another; the lost
 * one is closed when its last call has ended, because what broke one call may leave the others whole.
 */
export function createSharedLine<L>(deps: {
	open(): Promise<L>;
	isLost(thrown: unknown): boolean;
	close(line: L): Promise<void>;
}): SharedLine<L> {
	let current: Opened<L> | undefined;

	async function end(opened: Opened<L>): Promise<void> {
		const line = await opened.line.catch(() => undefined);
		if (line !== undefined) await deps.close(line).catch(() => {});
	}

	return {
		async use(run) {
			current ??= { line: deps.open(), users: 0, lost: false };
			const used = current;
			used.users += 1;
			try {
				const line = await used.line.catch((thrown: unknown) => {
					if (current === used) current = undefined;
					throw thrown;
				});
				return await run(line);
			} catch (thrown) {
				if (deps.isLost(thrown)) {
					used.lost = true;
					if (current === used) current = undefined;
				}
				throw thrown;
			} finally {
				used.users -= 1;
				if (used.lost && used.users === 0) void end(used);
			}
		},
		async close() {
			const opened = current;
			current = undefined;
			if (opened !== undefined) await end(opened);
		},
	};
}
