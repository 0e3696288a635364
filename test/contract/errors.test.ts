import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { AiosError } from "../../core/contract/index.ts";

test("a NUL character, which no file or program can be given, is told as the caller's mistake", async () => {
	const thrown = [await readFile("a\0b").catch((error: unknown) => error)];
	try {
		Bun.spawnSync(["true", "\0"]);
	} catch (error) {
		thrown.push(error);
	}
	expect(thrown.map((error) => AiosError.from(error).code)).toEqual(["bad_request", "bad_request"]);
	expect(AiosError.from(new Error("another")).code).toBe("internal");
});
