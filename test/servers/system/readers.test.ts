import fc from "fast-check";
import { expect, test } from "vitest";
import { expandExec, parseDesktopEntry } from "../../../servers/system/adapters/applications/desktop-entry.ts";
import { splitCommand } from "../../../servers/system/adapters/index.ts";

const word = fc.oneof(
	fc.string({ unit: "grapheme" }),
	fc.string({ unit: fc.constantFrom(...`ab'"\\$ %*?[]{}()<>|&;#!~=,-@^+0`) }),
);

test("quoted as a shell wants it, every word reaches the program as it is", () => {
	const plain = word.filter((text) => !/[\n\r`]/.test(text));
	fc.assert(
		fc.property(fc.array(plain), (words) => {
			const line = words.map((text) => `'${text.replaceAll("'", `'\\''`)}'`).join(" ");
			expect(splitCommand(`run ${line}`)).toEqual(["run", ...words]);
		}),
		{ numRuns: 2_000 },
	);
});

test("an application is started with just the words its entry names, quoted as the specification says", () => {
	fc.assert(
		fc.property(fc.array(word, { minLength: 1 }), fc.array(word), (words, args) => {
			const quoted = words.map((text) => `"${text.replaceAll(/["`$\\]/g, "\\$&").replaceAll("%", "%%")}"`);
			expect(expandExec([...quoted, "%F"].join(" "), args, "Name")).toEqual([...words, ...args]);
		}),
		{ numRuns: 1_000 },
	);
});

test("texts of an application's entry are read as they were meant, in the person's language", () => {
	const escaped = (text: string) =>
		text
			.replaceAll("\\", "\\\\")
			.replaceAll("\n", "\\n")
			.replaceAll("\r", "\\r")
			.replaceAll("\t", "\\t")
			.replaceAll(/\s/g, (space) => (space === " " ? "\\s" : space))
			.replaceAll(/^[^\S ]+|[^\S ]+$/g, "");
	const text = word.map((one) => one.trim()).filter((one) => one !== "");
	fc.assert(
		fc.property(text, text, (english, german) => {
			const names = [`Name=${escaped(english)}`, `Name[de]=${escaped(german)}`];
			const entry = [
				"# a comment",
				"[Desktop Entry]",
				"Type=Application",
				...names,
				"Exec=run",
				"[Desktop Action x]",
				"Name=No",
			];
			expect(parseDesktopEntry(entry.join("\n"), ["de"])?.name).toBe(german);
			expect(parseDesktopEntry(entry.join("\r\n"), [])?.name).toBe(english);
		}),
	);
});
