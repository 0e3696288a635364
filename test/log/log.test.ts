import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogger } from "../../core/log/index.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "aios-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (file: string) =>
	readFileSync(file, "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

test("a full file makes room, five full ones are kept, no line is torn, and all are for their owner's eyes only", () => {
	const { log, file, close } = createLogger({ dir: join(folder, "logs"), level: "info", bytes: 2_000 });
	for (let count = 0; count < 300; count++) log.info("something happened", { count });
	close();
	const names = readdirSync(join(folder, "logs")).toSorted();
	expect(names).toEqual(["aios.log", ...[1, 2, 3, 4, 5].map((number) => `aios.log.${number}`)]);
	expect(statSync(join(folder, "logs")).mode & 0o777).toBe(0o700);
	const counts = ["aios.log.5", "aios.log.4", "aios.log.3", "aios.log.2", "aios.log.1", "aios.log"].flatMap((name) => {
		const path = join(folder, "logs", name);
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(path).size).toBeLessThan(2_200);
		return linesOf(path).map(({ count }) => count);
	});
	expect(counts.at(-1)).toBe(299);
	expect(counts).toEqual(counts.map((_, index) => 300 - counts.length + index));
	expect(existsSync(file)).toBe(true);
});

test("what is below the level is not there, and a line names its level, its part and when it was", () => {
	const { log, file, close } = createLogger({ dir: folder, level: "warn" });
	log.info("not this");
	log.child({ part: "voice" }).warn("this", { turn: "t1" });
	close();
	expect(linesOf(file)).toEqual([{ level: "warn", time: expect.any(Number), part: "voice", turn: "t1", msg: "this" }]);
});

test("secrets are hidden by the names of their fields and by their form, however deep", () => {
	const { log, file, close } = createLogger({ dir: folder, level: "debug" });
	const key = `aios_0123456789ab_${"k".repeat(43)}`;
	const token = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
	log
		.child({ authorization: "Bearer child-secret" })
		.error(`GET https://ada:url-secret@host/?api_key=query-secret ${key}`, {
			password: "plain-secret",
			request: { headers: [{ cookie: "cookie-secret" }], body: { llmKey: "x", apiKey: "deep-secret" } },
			error: new Error(`refused ${token}`),
			said: "Bearer loose-secret",
		});
	close();
	const text = readFileSync(file, "utf8");
	for (const secret of ["-secret", key, token]) expect(text).not.toContain(secret);
	expect(text).toContain("https://(hidden)@host/");
});
