import { z } from "zod";
import { AiosError, abortError } from "../../../../core/contract/index.ts";
import type { PhoneProvider } from "./provider.ts";

const number = z.string().regex(/^\+[1-9]\d{6,14}$/, "a number like +491701234567");

export const twilioAccountSchema = z.object({
	accountSid: z.string().regex(/^AC[0-9a-f]{32}$/i, "an account SID, AC and 32 hexadecimal digits"),
	authToken: z.string().min(1).max(200),
	/** The number bought at Twilio. */
	from: number,
	/** The person's own phone, which rings first in a call. */
	ownNumber: number.optional(),
});
export type TwilioAccount = z.output<typeof twilioAccountSchema>;

const placedSchema = z.object({ sid: z.string(), status: z.string().nullable() });
const failureSchema = z.object({ message: z.string(), code: z.number().optional() });
const requestMs = 20_000;

/** Twilio's REST interface, version 2010-04-01. */
export function createTwilio(
	account: TwilioAccount,
	baseUrl: string,
): PhoneProvider & { verify(signal: AbortSignal): Promise<void> } {
	const { accountSid, authToken, from, ownNumber } = account;
	const root = `${baseUrl.replace(/\/$/, "")}/2010-04-01/Accounts/${accountSid}`;

	async function request(
		path: string,
		form: Record<string, string> | undefined,
		signal: AbortSignal,
	): Promise<unknown> {
		const response = await fetch(`${root}${path}`, {
			method: form === undefined ? "GET" : "POST",
			headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
			redirect: "error",
			signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
			...(form === undefined ? {} : { body: new URLSearchParams(form) }),
		}).catch((cause: unknown) => {
			if (signal.aborted) throw abortError(signal);
			const refused = cause instanceof Error && "code" in cause && cause.code === "ConnectionRefused";
			throw new AiosError("unavailable", "Twilio can't be reached.", {
				cause,
				// A request that was sent may have been carried out before the line broke.
				...(refused || form === undefined ? {} : { fix: "It may have been done or not: look before you ask again." }),
			});
		});
		const answer: unknown = await response.json().catch(() => undefined);
		if (response.ok) return answer;
		throw refusal(response.status, failureSchema.safeParse(answer).data);
	}

	async function place(path: string, form: Record<string, string>, signal: AbortSignal) {
		const { sid, status } = placedSchema.parse(await request(path, form, signal));
		if (status === "failed" || status === "undelivered") {
			throw new AiosError("upstream_failed", `Twilio says it ${status}.`, { spoken: "Twilio could not do it." });
		}
		return { provider: "twilio", id: sid, status: status ?? "accepted" };
	}

	return {
		async verify(signal) {
			await request(".json", undefined, signal);
		},
		async call(to, signal) {
			if (ownNumber === undefined) {
				throw new AiosError("missing_part", "Twilio does not know your own phone, which rings first.", {
					fix: "Connect the phone again with own_number.",
				});
			}
			// Only digits and + can stand in `to`, so it needs no escaping.
			const Twiml = `<Response><Dial callerId="${from}">${to}</Dial></Response>`;
			return place("/Calls.json", { To: ownNumber, From: from, Twiml }, signal);
		},
		sms: (to, text, signal) => place("/Messages.json", { To: to, From: from, Body: text }, signal),
	};
}

function refusal(status: number, failure: z.output<typeof failureSchema> | undefined): AiosError {
	const said = failure?.message ?? `status ${status}`;
	if (status === 401 || status === 403) {
		return new AiosError("forbidden", `Twilio refused the sign-in: ${said}`, {
			fix: "Check account SID and auth token, and connect the phone again.",
		});
	}
	if (status === 429) return new AiosError("rate_limited", "Twilio wants a pause.", { fix: "Try again in a minute." });
	return new AiosError(status >= 500 ? "unavailable" : "upstream_failed", `Twilio refused it: ${said}`, {
		spoken: "Twilio refused it. Its words are on the page.",
		details: { status, code: failure?.code },
	});
}
