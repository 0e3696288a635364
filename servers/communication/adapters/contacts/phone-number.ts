import { AiosError } from "../../../../core/contract/index.ts";

/**
 * Reads a phone number, spaces, dashes, dots and brackets aside, as E.164 where it has a country ("+49 170 123-4567"
 * is +491701234567) or `countryCode` is given. Throws `bad_request`: codes with * or # act on the phone itself.
 */
export function parsePhone(text: string, countryCode?: string): string {
	const number = text
		.trim()
		.replace(/^plus\s*/i, "+")
		.replace(/\(0\)/, "")
		.replaceAll(/[\s().\-/]/g, "");
	const international = number.startsWith("00") ? `+${number.slice(2)}` : number;
	const written =
		international.startsWith("+") || countryCode === undefined || international.length <= 6
			? international
			: `${countryCode}${international.replace(/^0/, "")}`;
	if (!/^\+?\d{3,15}$/.test(written)) {
		throw new AiosError("bad_request", `${JSON.stringify(text.slice(0, 60))} is not a phone number.`, {
			spoken: "That is not a phone number.",
			fix: "Give it with its country, like +49 170 1234567.",
		});
	}
	return written;
}

/** Whether text is meant as a number rather than a name. */
export function looksLikePhone(text: string): boolean {
	return /^(\+|plus\b)?[\s().\-/\d]{3,}$/i.test(text.trim()) && /\d{3}/.test(text.replaceAll(/\D/g, ""));
}
