import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../../core/contract/index.ts";
import { runTool } from "../../../core/surface/index.ts";
import { server } from "../../../servers/communication/index.ts";
import { anna, type Communication, failure, startCommunication } from "./harness.ts";

/** Of every tool inputs it must refuse before anything is done. */
const bad: Record<string, unknown[]> = {
	send_email: [
		{},
		{ to: "", subject: "x", body: "y" },
		{ to: "a@b.org", subject: "", body: "y" },
		{ to: "a@b.org", subject: "x", body: " " },
	],
	read_inbox: [{ limit: 0 }, { limit: 1_000 }, { unread: "yes" }, { folder: "" }],
	search_email: [{ since: "yesterday" }, { query: "" }, { query: "a\r\nb" }],
	read_email: [{ id: "" }, { offset: -1 }, { from: "a\nb" }],
	reply_email: [{}, { body: "" }, { body: "x", to: "a@b.org\r\nBcc: c@d.org" }],
	mark_email: [{ read: "no" }, { id: 7 }],
	move_email: [{}, { folder: "" }],
	save_attachment: [{}, { folder: "" }, { folder: ".", part: "TEXT" }],
	list_mail_folders: [{ account: "" }, { folder: "INBOX" }],
	send_whatsapp: [{}, { to: "Bob", message: "" }, { to: "Bob\r\n", message: 7 }],
	read_whatsapp: [{ limit: 0 }, { from: "" }],
	save_whatsapp_media: [{}, { id: "", folder: "." }],
	connect_whatsapp: [{ number: "1" }],
	whatsapp_status: [{ user: "bob" }],
	disconnect_whatsapp: [{ user: "bob" }],
	place_call: [{}, { to: "" }, { to: "a\r\nb" }],
	send_sms: [{}, { to: "Bob", message: "" }, { to: "Bob", message: "x".repeat(1_601) }],
	connect_phone: [{}, { account_sid: "AC1", auth_token: "x", from: "+15550001111" }],
	disconnect_phone: [{ user: "bob" }],
	add_contact: [{}, { name: "" }, { name: "A <b@c.org>" }],
	find_contact: [{}, { name: "" }],
	list_contacts: [{ limit: 0 }, { offset: -1 }],
	remove_contact: [{}, { name: "" }],
	add_email_account: [{}, { address: "a@b.org", password: "x", imap: { host: "h;rm", port: 1, security: "tls" } }],
	sign_in_email: [{}, { address: "" }],
	list_email_accounts: [{ owner: "bob" }],
	remove_email_account: [{}, { account: "" }],
};

describe("inputs", () => {
	let communication: Communication;
	beforeAll(async () => {
		communication = await startCommunication({ env: { PATH: "" } });
	});
	afterAll(() => communication.stop());

	test("every tool has some to refuse", () => {
		expect(Object.keys(bad).sort()).toEqual(server.tools.map(({ name }) => name).sort());
	});

	test.each(Object.entries(bad))("%s refuses what it can't use, and names the field", async (name, inputs) => {
		const tool = server.tools.find((one) => one.name === name);
		if (tool === undefined) throw new Error(`no tool ${name}`);
		const { signal } = new AbortController();
		const context = { signal, user: anna, session: "s", clock: systemClock, log: silentLogger };
		for (const input of inputs) {
			const error = await failure(runTool({ tool, input, adapters: communication.adapters, context }));
			expect(`${JSON.stringify(input)} ${error.code}`).toBe(`${JSON.stringify(input)} bad_request`);
			expect(error.details?.fields).not.toEqual([]);
		}
	});
});
