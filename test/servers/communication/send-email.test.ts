import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addContact } from "../../../servers/communication/tools/contacts.ts";
import { readInbox } from "../../../servers/communication/tools/read-inbox.ts";
import { sendEmail } from "../../../servers/communication/tools/send-email.ts";
import { bob, failure, type Mail, startMail } from "./harness.ts";

let mail: Mail;
beforeEach(async () => {
	mail = await startMail();
});
afterEach(() => mail.stop());

const letter = { to: "carl@example.org", subject: "The report", body: "Here it is.\nBest, Anna" };

describe("sending", () => {
	test("a mail reaches the server, signed in and encrypted, and is kept in the Sent folder", async () => {
		const { output, say } = await mail.call(sendEmail, letter);
		expect(output).toMatchObject({ accepted: ["carl@example.org"], rejected: [], in_sent_folder: true });
		expect(say).toBe("Sent to carl@example.org.");
		const [received] = mail.smtp.received;
		expect(received).toMatchObject({
			from: "anna@example.com",
			to: ["carl@example.org"],
			secure: true,
			user: "anna@example.com",
		});
		expect(received?.mail.subject).toBe("The report");
		expect(received?.mail.text?.trim()).toBe("Here it is.\nBest, Anna");
		expect(received?.mail.from?.text).toBe('"Anna Arnold" <anna@example.com>');
		const sent = await mail.call(readInbox, { folder: "Sent" });
		expect(sent.output.messages[0]).toMatchObject({ subject: "The report", unread: false });
	});

	test("files go along with their names and content, also when named in another script", async () => {
		await writeFile(join(mail.home, "Bericht größe 日本.pdf"), "%PDF-1.7 content");
		await mail.call(sendEmail, { ...letter, attachments: ["Bericht größe 日本.pdf"] });
		const [attachment] = mail.smtp.received[0]?.mail.attachments ?? [];
		expect(attachment?.filename).toBe("Bericht größe 日本.pdf");
		expect(attachment?.content.toString()).toBe("%PDF-1.7 content");
		expect(attachment?.contentType).toBe("application/pdf");
	});

	test("copies and hidden copies are delivered, and the hidden ones stay hidden", async () => {
		await mail.call(sendEmail, { ...letter, cc: "dora@example.org", bcc: "emil@example.org" });
		const [received] = mail.smtp.received;
		expect(received?.to).toEqual(["carl@example.org", "dora@example.org", "emil@example.org"]);
		expect(received?.raw).not.toContain("emil");
	});

	test("a recipient the server refuses is named, and the others get the mail", async () => {
		const { output, say } = await mail.call(sendEmail, { ...letter, to: "carl@example.org, nobody@example.org" });
		expect(output.accepted).toEqual(["carl@example.org"]);
		expect(output.rejected).toMatchObject([{ address: "nobody@example.org" }]);
		expect(output.rejected[0]?.reason).toContain("no such person");
		expect(say).toBe("Sent to carl@example.org. But the server refused nobody@example.org.");
	});

	test("when every recipient is refused, it is a failure with the server's words", async () => {
		const error = await failure(mail.call(sendEmail, { ...letter, to: "nobody@example.org" }));
		expect(error.code).toBe("upstream_failed");
		expect(error.message).toContain("no such person");
		expect(mail.smtp.received).toEqual([]);
	});
});

describe("names", () => {
	beforeEach(async () => {
		await mail.call(addContact, { name: "Anna Smith", email: "anna.smith@example.org" });
		await mail.call(addContact, { name: "Robert Jones", email: "robert@example.org", aliases: ["Bob"] });
	});

	test("a name heard badly finds its contact, and the address stands in the question asked before", async () => {
		const { resolved, summary } = await mail.confirmation(sendEmail, { ...letter, to: "ana" });
		expect(summary).toBe(
			'Email Anna Smith at anna.smith@example.org, from anna@example.com, subject "The report", saying: "Here it is. Best, Anna"',
		);
		await mail.call(sendEmail, resolved);
		expect(mail.smtp.received[0]?.to).toEqual(["anna.smith@example.org"]);
		expect(mail.smtp.received[0]?.mail.to).toMatchObject({ text: '"Anna Smith" <anna.smith@example.org>' });
	});

	test("several people are written to at once", async () => {
		const { resolved } = await mail.confirmation(sendEmail, { ...letter, to: "Anna and Bob" });
		expect(resolved).toMatchObject({ to: "Anna Smith <anna.smith@example.org>, Robert Jones <robert@example.org>" });
	});

	test("where two people fit, it asks which one", async () => {
		await mail.call(addContact, { name: "Anna Jones", email: "anna.jones@example.org" });
		const error = await failure(mail.confirmation(sendEmail, { ...letter, to: "Anna" }));
		expect(error.code).toBe("conflict");
		expect(error.details).toEqual({
			choices: ["Anna Jones", "Anna Smith"],
			ask: { slot: "to", question: "Which Anna do you mean: Anna Jones or Anna Smith?" },
		});
		expect(await failure(mail.call(sendEmail, { ...letter, to: "Anna" }))).toMatchObject({ code: "conflict" });
		expect(mail.smtp.received).toEqual([]);
	});

	test("someone unknown is asked about, and nothing is sent", async () => {
		const error = await failure(mail.call(sendEmail, { ...letter, to: "Zacharias" }));
		expect(error.code).toBe("not_found");
		expect(error.details?.ask).toEqual({ slot: "to", question: "I don't know Zacharias. What is the mail address?" });
		expect(mail.smtp.received).toEqual([]);
	});

	test("one's contacts are not another person's", async () => {
		const error = await failure(mail.confirmation(sendEmail, { ...letter, to: "Anna" }, bob));
		expect(error.code).toBe("missing_part");
	});

	test("an address said in words is an address", async () => {
		const { resolved } = await mail.confirmation(sendEmail, { ...letter, to: "carl dot meyer at example dot org" });
		expect(resolved).toMatchObject({ to: "carl.meyer@example.org" });
	});
});
