import fc from "fast-check";
import { expect, test } from "vitest";
import { AiosError } from "../../../core/contract/index.ts";
import { parsePhone } from "../../../servers/communication/adapters/contacts/index.ts";
import {
	formatMailbox,
	parseAddress,
	splitRecipients,
} from "../../../servers/communication/adapters/mail/addresses.ts";

const label = fc.string({ unit: fc.constantFrom(..."abz09"), minLength: 1, maxLength: 10 });
const address = fc
	.tuple(fc.string({ unit: fc.constantFrom(..."aZ0é!#$%&'*+/?^_`{|}~-"), minLength: 1, maxLength: 12 }), label)
	.map(([local, domain]) => `${local}@${domain}.example`)
	.filter((text) => !text.includes("=?"));
const name = fc.oneof(
	fc.string({ unit: "grapheme", maxLength: 20 }),
	fc.string({ unit: fc.constantFrom(..."ab ,;:<>()\"'\\@.[]=?"), maxLength: 20 }),
);

test("a recipient shown to the person is read back as the same address, whatever their name has in it", () => {
	fc.assert(
		fc.property(fc.array(fc.record({ name, address }), { minLength: 1, maxLength: 4 }), (mailboxes) => {
			const read = splitRecipients(mailboxes.map(formatMailbox).join(", "));
			expect(read.map((one) => one.address)).toEqual(mailboxes.map((one) => parseAddress(one.address)));
		}),
		{ numRuns: 1_000 },
	);
});

test("no text becomes an address with more in it than one recipient", () => {
	const text = fc.oneof(
		name,
		fc.tuple(name, address, name).map((parts) => parts.join("")),
	);
	fc.assert(
		fc.property(text, (said) => {
			try {
				expect(parseAddress(said)).toMatch(/^[^\s,;<>"()\\@]+@[a-z0-9.-]+$/);
			} catch (error) {
				expect(error).toBeInstanceOf(AiosError);
			}
			try {
				for (const one of splitRecipients(said))
					if (one.address !== "") expect(parseAddress(one.address)).toBe(one.address);
			} catch (error) {
				expect(error).toBeInstanceOf(AiosError);
			}
		}),
		{ numRuns: 2_000 },
	);
});

test("a phone number is the same however its digits are grouped", () => {
	const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 5, maxLength: 13 });
	const gaps = fc.array(fc.constantFrom("", " ", "-", ".", "/", ") "), { minLength: 14, maxLength: 14 });
	fc.assert(
		fc.property(digits, gaps, fc.constantFrom("+", "00", "plus ", " +"), (rest, between, sign) => {
			const written = [...`4${rest}`].map((digit, index) => digit + between[index]).join("");
			expect(parsePhone(sign + written)).toBe(`+4${rest}`);
		}),
	);
});
