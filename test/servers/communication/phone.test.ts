import { chmod, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addContact } from "../../../servers/communication/tools/contacts.ts";
import { connectPhone, disconnectPhone, placeCall, sendSms } from "../../../servers/communication/tools/phone.ts";
import { type Communication, failure, startCommunication } from "./harness.ts";

const sid = "AC0123456789abcdef0123456789abcdef";

/** Twilio's REST interface as its documentation has it: sign-in, calls, messages, and its errors. */
function startTwilio() {
	const requests: { path: string; form: Record<string, string> }[] = [];
	let answer: (() => Response | Promise<Response>) | undefined;
	const server = Bun.serve({
		hostname: "127.0.0.1",
		port: 0,
		async fetch(request) {
			const { pathname } = new URL(request.url);
			if (request.headers.get("authorization") !== `Basic ${btoa(`${sid}:right-token`)}`) {
				return Response.json({ code: 20003, message: "Authenticate", status: 401 }, { status: 401 });
			}
			if (answer !== undefined) return answer();
			const path = pathname.replace(`/2010-04-01/Accounts/${sid}`, "");
			if (path === ".json") return Response.json({ sid, status: "active" });
			const form = Object.fromEntries(new URLSearchParams(await request.text()));
			requests.push({ path, form });
			if (form.To?.endsWith("000")) {
				return Response.json({ code: 21211, message: "Invalid 'To' Phone Number", status: 400 }, { status: 400 });
			}
			return Response.json({ sid: "SM1", status: "queued" }, { status: 201 });
		},
	});
	return {
		url: `http://127.0.0.1:${server.port}`,
		requests,
		answerWith(next: typeof answer) {
			answer = next;
		},
		stop: () => server.stop(true),
	};
}

const account = { account_sid: sid, auth_token: "right-token", from: "+15550001111", own_number: "+491700000001" };

describe("with Twilio", () => {
	let twilio: ReturnType<typeof startTwilio>;
	let communication: Communication;
	beforeEach(async () => {
		twilio = startTwilio();
		communication = await startCommunication({ settings: { phone: { twilioUrl: twilio.url, countryCode: "+49" } } });
		await communication.call(connectPhone, account);
		await communication.call(addContact, { name: "Anna Smith", phone: "0170 123 45 67" });
	});
	afterEach(async () => {
		await communication.stop();
		twilio.stop();
	});

	test("a text message goes to the contact's number, read back before", async () => {
		const { resolved, summary } = await communication.confirmation(sendSms, { to: "ana", message: "I am late" });
		expect(summary).toBe('Send Anna Smith at +491701234567 the text message: "I am late"');
		const { output, say } = await communication.call(sendSms, resolved);
		expect(output).toMatchObject({ provider: "twilio", status: "queued", id: "SM1", number: "+491701234567" });
		expect(say).toBe("The text message to Anna Smith is on its way.");
		expect(twilio.requests).toEqual([
			{ path: "/Messages.json", form: { To: "+491701234567", From: "+15550001111", Body: "I am late" } },
		]);
	});

	test("a call rings one's own phone first and then connects", async () => {
		const { resolved, summary } = await communication.confirmation(placeCall, { to: "Anna" });
		expect(summary).toBe("Call Anna Smith at +491701234567");
		const { say } = await communication.call(placeCall, resolved);
		expect(say).toBe("Your phone will ring, and then you are connected with Anna Smith.");
		expect(twilio.requests[0]).toEqual({
			path: "/Calls.json",
			form: {
				To: "+491700000001",
				From: "+15550001111",
				Twiml: '<Response><Dial callerId="+15550001111">+491701234567</Dial></Response>',
			},
		});
	});

	test("what Twilio refuses is said in its words", async () => {
		const error = await failure(communication.call(sendSms, { to: "+491700000000", message: "x" }));
		expect(error).toMatchObject({ code: "upstream_failed", message: "Twilio refused it: Invalid 'To' Phone Number" });
		expect((await failure(communication.call(placeCall, { to: "Nobody at all" }))).code).toBe("not_found");
	});

	test("a busy, a failing and a vanished Twilio are told apart", async () => {
		const sms = () => failure(communication.call(sendSms, { to: "Anna", message: "x" }));
		twilio.answerWith(() => Response.json({ message: "Too many" }, { status: 429 }));
		expect((await sms()).code).toBe("rate_limited");
		twilio.answerWith(() => new Response("<html>", { status: 502 }));
		expect((await sms()).code).toBe("unavailable");
		twilio.answerWith(() => Response.json({ sid: "SM2", status: "failed" }));
		expect((await sms()).code).toBe("upstream_failed");
		twilio.answerWith(() => Response.redirect("http://127.0.0.1:9/elsewhere"));
		expect((await sms()).code).toBe("unavailable");
		twilio.stop();
		expect((await failure(communication.call(placeCall, { to: "Anna" }))).code).toBe("unavailable");
		const other = { ...account, from: "+15550009999" };
		expect((await failure(communication.call(connectPhone, other))).code).toBe("unavailable");
	});

	test("a wrong token is not kept, and the right one is in no answer", async () => {
		const error = await failure(communication.call(connectPhone, { ...account, auth_token: "wrong" }));
		expect(error.code).toBe("forbidden");
		expect((await failure(communication.call(connectPhone, { ...account, auth_token: undefined }))).code).toBe(
			"bad_request",
		);
		const { output } = await communication.call(connectPhone, account);
		expect(JSON.stringify(output)).not.toContain("right-token");
		await communication.call(disconnectPhone, {});
		expect((await failure(communication.call(sendSms, { to: "Anna", message: "x" }))).code).toBe("missing_part");
	});

	test.each(["*#06#", "110;ext=9", "+49 170 <Dial>", "+4917012345678901234", "tel:+49170", "12"])(
		"%j is no number to call",
		async (to) => {
			const error = await failure(communication.call(placeCall, { to }));
			expect(["bad_request", "not_found"]).toContain(error.code);
			expect(twilio.requests).toEqual([]);
		},
	);

	test("giving up ends the waiting", async () => {
		twilio.answerWith(() => new Promise(() => {}));
		const controller = new AbortController();
		const sending = failure(communication.call(sendSms, { to: "Anna", message: "x" }, undefined, controller.signal));
		setTimeout(() => controller.abort(), 50);
		expect((await sending).code).toBe("cancelled");
	});
});

describe("with the desktop's phone link", () => {
	let communication: Communication;
	let opened: string;

	/** A desktop whose opener of links is this script, FILE where it may write; `program` is registered for phone links. */
	async function desktop(script: string, program = "phone.desktop"): Promise<void> {
		const bin = await mkdtemp(join(tmpdir(), "aios-desktop-"));
		opened = join(bin, "opened");
		await writeFile(join(bin, "xdg-open"), `#!/bin/sh\n${script.replaceAll("FILE", opened)}\n`);
		await writeFile(join(bin, "xdg-mime"), `#!/bin/sh\necho ${program}\n`);
		for (const name of ["xdg-open", "xdg-mime"]) await chmod(join(bin, name), 0o755);
		communication = await startCommunication({ env: { DISPLAY: ":99", PATH: `${bin}:${process.env.PATH}` } });
	}
	afterEach(() => communication.stop());

	test.skipIf(process.platform !== "linux")(
		"calls and messages are handed over as links, whatever the text holds",
		async () => {
			await desktop('printf "%s\\n" "$@" >> FILE');
			const call = await communication.call(placeCall, { to: "+49 170 1234567" });
			expect(call.output).toMatchObject({ provider: "desktop", status: "handed over" });
			expect(call.say).toBe("I handed the call to +491701234567 to your desktop's phone program.");
			const { say } = await communication.call(sendSms, { to: "+491701234567", message: "a&b; $(touch x) #1" });
			expect(say).toContain("is ready in your desktop's phone program");
			expect((await readFile(opened, "utf8")).trim().split("\n")).toEqual([
				"tel:+491701234567",
				"sms:+491701234567?body=a%26b%3B%20%24(touch%20x)%20%231",
			]);
		},
	);

	test.skipIf(process.platform !== "linux")("a desktop that has no program for them is said so", async () => {
		await desktop("exit 3");
		const error = await failure(communication.call(placeCall, { to: "+491701234567" }));
		expect(error.code).toBe("upstream_failed");
		expect((await failure(communication.call(sendSms, { to: "+491701234567", message: "x" }))).fix).toContain("Twilio");
	});

	test.skipIf(process.platform !== "linux")(
		"one without a program for phone links is known before a call",
		async () => {
			await desktop("exit 0", "");
			expect(communication.adapters.phone.desktop()).toBeUndefined();
			expect((await failure(communication.call(placeCall, { to: "+491701234567" }))).code).toBe("missing_part");
		},
	);

	test("without either it says how to get one", async () => {
		communication = await startCommunication({ env: { PATH: "" } });
		const error = await failure(communication.call(placeCall, { to: "+491701234567" }));
		expect(error).toMatchObject({ code: "missing_part", spoken: expect.stringContaining("Connect Twilio") });
	});
});
