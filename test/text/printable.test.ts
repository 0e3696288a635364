import { expect, test } from "vitest";
import { printable } from "../../core/text/index.ts";

test.each([
	["It's 7:46 AM, “naïve” 日本 👩‍🚀.", "It's 7:46 AM, “naïve” 日本 👩‍🚀."],
	["one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"],
	["\u001b[31mred\u001b[0m and \u001b]0;title\u0007 text", "red and  text"],
	["a\u0000b\u0007c\u009bd", "abcd"],
	["abc\u202egpj.exe\u2069\u200f", "abcgpj.exe"],
])("%j is shown as %j", (text, shown) => {
	expect(printable(text)).toBe(shown);
	expect(printable(text)).toBe(shown);
});
