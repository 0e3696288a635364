/** Processor time that several programs share: each that works now gets an equal part of it. */
export interface Share {
	/** Processors the program may keep busy on average now, given whether it works at all. */
	part(program: object, works: boolean): number;
}

/** Shares out `cpus` processors; 0.5 is half of one. */
export function createShare(cpus: number): Share {
	const working = new Set<object>();
	return {
		part(program, works) {
			if (works) working.add(program);
			else working.delete(program);
			return cpus / Math.max(1, working.size);
		},
	};
}
