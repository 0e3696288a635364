import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = join(import.meta.dirname, "..", "fixtures", "keychain-process.ts");
const missing = ["gnome-keyring-daemon", "dbus-run-session"].some((name) => Bun.which(name) === null);

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), "aios-keychain-"));
	mkdirSync(join(home, "run"), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs each list of steps in a process of its own, all in one desktop session whose keychain is open, or stays locked. */
function inSession({ unlocked }: { unlocked: boolean }, ...runs: string[][]): string[][] {
	const quoted = (words: string[]) => words.map((word) => `'${word}'`).join(" ");
	const script = [
		unlocked ? "printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1" : ":",
		...runs.map((steps) => quoted([process.execPath, program, join(home, "data"), ...steps])),
	].join("\n");
	const { stdout, stderr, exitCode } = Bun.spawnSync(["dbus-run-session", "--", "sh", "-ec", script], {
		env: { PATH: process.env.PATH ?? "", HOME: home, XDG_RUNTIME_DIR: join(home, "run") },
		timeout: 30_000,
	});
	if (exitCode !== 0) throw new Error(`${exitCode}: ${stderr.toString()}`);
	return stdout
		.toString()
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

describe.skipIf(missing)("with a real keychain (GNOME Keyring)", () => {
	test("a secret is in it after the program ended, in no file of ours, and gone after it was deleted", () => {
		const said = inSession(
			{ unlocked: true },
			["set", "mail", "pässword"],
			["get", "mail", "delete", "mail", "get", "mail"],
		);
		expect(said).toEqual([["keychain"], ["keychain", "pässword", "none"]]);
		expect(existsSync(join(home, "data"))).toBe(false);
		expect(readdirSync(join(home, ".local/share/keyrings"))).not.toEqual([]);
	});

	test("one that nobody unlocks leaves the encrypted file, and what is in that is still found once it is open", () => {
		expect(inSession({ unlocked: false }, ["set", "mail", "secret"])).toEqual([["encrypted file"]]);
		const [first, later] = inSession({ unlocked: true }, ["get", "mail"], ["set", "mail", "newer", "get", "mail"]);
		expect(first).toEqual(["keychain", "secret"]);
		expect(later).toEqual(["keychain", "newer"]);
		for (const name of readdirSync(join(home, "data"))) {
			expect(readFileSync(join(home, "data", name)).toString("latin1")).not.toMatch(/secret|newer/);
		}
	});
});
