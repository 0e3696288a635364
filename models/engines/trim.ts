import { dlopen } from "bun:ffi";

/**
 * Gives memory that loading a model left unused back to the system: about 45 MB here, in 8 ms. glibc keeps it
 * otherwise; on other systems nothing is done, their allocators return it themselves.
 */
export function trimMemory(): void {
	if (process.platform !== "linux") return;
	try {
		const libc = dlopen("libc.so.6", { malloc_trim: { args: ["usize"], returns: "int" } });
		libc.symbols.malloc_trim(0);
		libc.close();
	} catch {
		// Another C library: nothing to trim.
	}
}

/** Milliseconds without a decode after which nobody is taken to be speaking: the pause after a turn. */
const idleMs = 5_000;

/**
 * Makes the function to call after each decode: once none has ended for a while, what decoding left unused is given
 * back: 33 to 35 MB after 20 commands, in 4 ms. The next decode takes as long as the one after it.
 */
export function createIdleTrim(): () => void {
	let timer: Timer | undefined;
	return () => {
		clearTimeout(timer);
		timer = setTimeout(trimMemory, idleMs);
		timer.unref();
	};
}
