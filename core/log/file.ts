import { chmodSync, closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

/** A file that grows by lines up to a size and then makes room: `aios.log` becomes `aios.log.1`, that `aios.log.2`… */
export interface RotatedFile {
	write(line: string): void;
	close(): void;
}

/**
 * Opens it (mode 600). It holds at most `bytes` and one line, and `kept` full ones are kept. A disk that takes nothing
 * costs the line, never who wrote it.
 */
export function openRotated(path: string, { bytes, kept }: { bytes: number; kept: number }): RotatedFile {
	let file = opened(path);
	let size = fstatSync(file).size;

	function rotate(): void {
		closeSync(file);
		try {
			rmSync(`${path}.${kept}`, { force: true });
			for (let number = kept - 1; number >= 1; number--) {
				if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
			}
			renameSync(path, `${path}.1`);
		} finally {
			file = opened(path);
			size = fstatSync(file).size;
		}
	}

	return {
		write(line) {
			try {
				if (size >= bytes) rotate();
				size += writeSync(file, line);
			} catch {
				// Where even the log can't be written there is nowhere left to say so.
			}
		},
		close: () => closeSync(file),
	};
}

function opened(path: string): number {
	const file = openSync(path, "a", 0o600);
	chmodSync(path, 0o600);
	return file;
}
