import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";

/** A small file of data, read whole and replaced whole. */
export interface JsonFile<T> {
	read(): Promise<T>;
	/** Changes it; one change after the other. What `change` returns is passed on. */
	update<R>(change: (data: T) => { data: T; result: R }): Promise<R>;
}

/** Opens a JSON file of mode 600; a missing one is `empty`. Throws `conflict` where its content is not what it should be. */
export function createJsonFile<S extends z.ZodType>(options: {
	path: string;
	schema: S;
	empty: z.output<S>;
}): JsonFile<z.output<S>> {
	const { path, schema, empty } = options;
	let queue: Promise<unknown> = Promise.resolve();

	async function read(): Promise<z.output<S>> {
		const text = await readFile(path, "utf8").catch((error: unknown) => {
			if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
			throw error;
		});
		if (text === undefined) return empty;
		try {
			return schema.parse(JSON.parse(text));
		} catch (cause) {
			throw new AiosError("conflict", `${path} is damaged.`, {
				spoken: "A file with my own data is damaged.",
				fix: "Restore it from a copy, or move it away to begin anew.",
				cause,
			});
		}
	}

	async function write(data: z.output<S>): Promise<void> {
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		const part = `${path}.${randomUUID()}.part`;
		const file = await open(part, "wx", 0o600);
		try {
			await file.writeFile(JSON.stringify(data));
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(part, path);
	}

	return {
		read,
		update(change) {
			const next = queue.then(async () => {
				const { data, result } = change(await read());
				await write(data);
				return result;
			});
			queue = next.catch(() => {});
			return next;
		},
	};
}
