import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listEmailAccounts } from "../../../servers/communication/tools/accounts.ts";
import {
	listMailFolders,
	markEmail,
	moveEmail,
	saveAttachment,
} from "../../../servers/communication/tools/file-email.ts";
import { readEmail } from "../../../servers/communication/tools/read-email.ts";
import { readInbox } from "../../../servers/communication/tools/read-inbox.ts";
import { replyEmail } from "../../../servers/communication/tools/reply-email.ts";
import { searchEmail } from "../../../servers/communication/tools/search-email.ts";
import { bob, failure, type Mail, startMail } from "./harness.ts";
import { imapServers } from "./imap.ts";

const letter = (from: string, subject: string, text = "Hello Anna.", day = 1) =>
	[
		`From: ${from}`,
		"To: anna@example.com",
		`Subject: ${subject}`,
		`Date: Mon, ${String(day).padStart(2, "0")} Jun 2026 10:00:00 +0000`,
		`Message-ID: <${day}.${subject.replaceAll(/\W/g, "")}@example.org>`,
		"",
		text,
		"",
	].join("\n");

const withAttachment = [
	'From: "Carl" <carl@example.org>',
	"To: anna@example.com",
	"Subject: =?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=",
	"Date: Mon, 08 Jun 2026 10:00:00 +0000",
	"Message-ID: <files@example.org>",
	"MIME-Version: 1.0",
	'Content-Type: multipart/mixed; boundary="b"',
	"",
	"--b",
	"Content-Type: text/html; charset=iso-8859-1",
	"Content-Transfer-Encoding: quoted-printable",
	"",
	"<html><body><p>Sch=F6ne <b>Gr=FC=DFe</b></p><img src=3D'https://tracker.example/x.gif'></body></html>",
	"--b",
	'Content-Type: application/pdf; name="../../plan.pdf"',
	'Content-Disposition: attachment; filename="../../plan.pdf"',
	"Content-Transfer-Encoding: base64",
	"",
	Buffer.from("%PDF content").toString("base64"),
	"--b--",
	"",
].join("\n");

describe.each(imapServers)("a mailbox on $name", ({ start }) => {
	let mail: Mail;
	beforeEach(async () => {
		mail = await startMail({ imap: start });
	});
	afterEach(() => mail.stop());

	test("unread mails are told with sender and subject, and stay unread", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Lunch", "Pizza?", 1));
		await mail.deliver(letter("Carl <carl@example.org>", "The report", "See below.", 2));
		await mail.deliver(letter("Old <old@example.org>", "Old news", "…", 1), ["\\Seen"]);
		const { output, say } = await mail.call(readInbox, { unread: true });
		expect(say).toBe("You have 2 unread emails: from Carl about The report and from Bob about Lunch.");
		expect(output.messages.map(({ subject, unread }) => [subject, unread])).toEqual([
			["The report", true],
			["Lunch", true],
		]);
		const all = await mail.call(readInbox, {});
		expect(all.output).toMatchObject({ total: 3, unread: 2 });
		expect(all.say).toContain("You have 3 emails, 2 of them unread.");
	});

	test("an empty inbox is said to be empty", async () => {
		expect((await mail.call(readInbox, { unread: true })).say).toBe("You have no unread emails.");
		expect((await mail.call(readInbox, {})).say).toBe("You have no emails there.");
		expect((await failure(mail.call(readEmail, {}))).code).toBe("not_found");
	});

	test("pages follow each other without gap or double, also when a mail is deleted between them", async () => {
		for (let day = 1; day <= 7; day++) await mail.deliver(letter("Bob <bob@example.org>", `Mail ${day}`, "x", day));
		const first = await mail.call(readInbox, { limit: 3 });
		expect(first.output.messages.map(({ subject }) => subject)).toEqual(["Mail 7", "Mail 6", "Mail 5"]);
		const line = await mail.line();
		await line.mailboxOpen("INBOX");
		await line.messageDelete("6");
		await line.logout();
		const second = await mail.call(readInbox, { limit: 3, cursor: first.output.next });
		const third = await mail.call(readInbox, { limit: 3, cursor: second.output.next });
		const rest = [...second.output.messages, ...third.output.messages].map(({ subject }) => subject);
		expect(rest).toEqual(["Mail 4", "Mail 3", "Mail 2", "Mail 1"]);
		expect(third.output.next).toBeUndefined();
	});

	test("mails are found by words, sender and day", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Lunch", "Shall we eat pizza?", 1));
		await mail.deliver(letter("Carl <carl@example.org>", "Invoice 12", "Please pay.", 5));
		const words = await mail.call(searchEmail, { query: "pizza" });
		expect(words.say).toBe("I found 1 email: from Bob about Lunch.");
		expect((await mail.call(searchEmail, { from: "carl" })).output.messages).toMatchObject([{ subject: "Invoice 12" }]);
		expect((await mail.call(searchEmail, { subject: "nothing like it" })).say).toBe("I found no emails.");
		expect((await failure(mail.call(searchEmail, {}))).code).toBe("bad_request");
	});

	test("a mail in HTML with umlauts is read as plain words, without loading its pictures", async () => {
		await mail.deliver(withAttachment);
		const { output, say } = await mail.call(readEmail, {});
		expect(output.text).toBe("Schöne Grüße");
		expect(output.mail.subject).toBe("Grüße aus Köln");
		expect(output.attachments).toMatchObject([{ part: "2", name: "plan.pdf", type: "application/pdf" }]);
		expect(say).toBe("From Carl, about Grüße aus Köln: Schöne Grüße. It has 1 attachment.");
	});

	test("a long mail is given in parts", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Long", "word ".repeat(2_000)));
		const first = await mail.call(readEmail, { length: 4_000 });
		const second = await mail.call(readEmail, { id: first.output.mail.id, offset: first.output.next, length: 20_000 });
		expect(first.output.text.length + second.output.text.length).toBe(first.output.total);
		expect(second.output.next).toBeUndefined();
	});

	test("an attachment is saved under its bare name, and never over a file", async () => {
		await mail.deliver(withAttachment);
		const { output } = await mail.call(saveAttachment, { folder: "." });
		expect(output.path).toBe(join(mail.home, "plan.pdf"));
		expect(await readFile(output.path, "utf8")).toBe("%PDF content");
		expect((await failure(mail.call(saveAttachment, { folder: "." }))).code).toBe("conflict");
		expect((await failure(mail.call(saveAttachment, { folder: "/etc" }))).code).toBe("forbidden");
		expect((await failure(mail.call(saveAttachment, { folder: ".", part: "9" }))).code).toBe("not_found");
	});

	test("marking and filing a mail changes it for other programs too", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Lunch"));
		await mail.call(markEmail, { from: "bob", read: true, flagged: true });
		const [marked] = (await mail.call(readInbox, { flagged: true })).output.messages;
		expect(marked).toMatchObject({ unread: false, flagged: true });
		await mail.call(moveEmail, { id: marked?.id, folder: "archive" });
		expect((await mail.call(readInbox, {})).output.total).toBe(0);
		expect((await mail.call(readInbox, { folder: "Archive" })).output.messages).toMatchObject([{ subject: "Lunch" }]);
		const gone = await failure(mail.call(readEmail, { id: marked?.id }));
		expect(gone).toMatchObject({ code: "not_found", fix: "List the mail again." });
		expect((await failure(mail.call(moveEmail, { folder: "nowhere" }))).code).toBe("not_found");
		expect((await failure(mail.call(markEmail, {}))).code).toBe("bad_request");
	});

	test("folders are listed with what they are for", async () => {
		const { output } = await mail.call(listMailFolders, {});
		const uses = Object.fromEntries(output.folders.map(({ path, use }) => [path, use]));
		expect(uses).toMatchObject({ INBOX: "inbox", Sent: "sent", Trash: "trash", Archive: "archive" });
		expect((await failure(mail.call(readInbox, { folder: "No such folder" }))).code).toBe("not_found");
		expect((await failure(mail.call(listMailFolders, { account: "zzz" }))).code).toBe("not_found");
	});

	test("an answer goes to the sender, in the conversation, and the mail is marked answered", async () => {
		await mail.deliver(letter('"Bob" <bob@example.org>', "Lunch", "Pizza?"));
		const { resolved, summary } = await mail.confirmation(replyEmail, { from: "bob", body: "Gladly." });
		expect(summary).toBe('Answer Bob at bob@example.org, about "Lunch", saying: "Gladly."');
		const { say } = await mail.call(replyEmail, resolved);
		expect(say).toBe("Answered to bob@example.org.");
		const [received] = mail.smtp.received;
		expect(received?.mail.subject).toBe("Re: Lunch");
		expect(received?.mail.inReplyTo).toBe("<1.Lunch@example.org>");
		expect(received?.mail.text).toContain("Gladly.\n\nOn 2026-06-01, Bob wrote:\n> Pizza?");
		expect((await mail.call(readInbox, {})).output.messages[0]?.answered).toBe(true);
	});

	test("an answer to all leaves oneself out", async () => {
		const many = letter("Bob <bob@example.org>", "Party").replace(
			"To: anna@example.com",
			"To: anna@example.com, Dora <dora@example.org>\nCc: emil@example.org",
		);
		await mail.deliver(many);
		await mail.call(replyEmail, { body: "I will come.", all: true });
		expect(mail.smtp.received[0]?.to).toEqual(["bob@example.org", "dora@example.org", "emil@example.org"]);
	});

	test("a connection that broke meanwhile is opened again unseen", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Lunch"));
		await mail.call(readInbox, {});
		mail.imap.cut();
		expect((await mail.call(readInbox, {})).output.total).toBe(1);
	});

	test("another person sees neither accounts nor mails", async () => {
		await mail.deliver(letter("Bob <bob@example.org>", "Secret"));
		const [own] = (await mail.call(readInbox, {})).output.messages;
		expect((await mail.call(listEmailAccounts, {}, bob)).output.accounts).toEqual([]);
		expect((await failure(mail.call(readInbox, {}, bob))).code).toBe("missing_part");
		expect((await failure(mail.call(readEmail, { id: own?.id }, bob))).code).toBe("not_found");
	});

	test("giving up stops the reading at once", async () => {
		const controller = new AbortController();
		const reading = failure(mail.call(readInbox, {}, undefined, controller.signal));
		controller.abort();
		expect((await reading).code).toBe("cancelled");
		expect((await mail.call(readInbox, {})).output.total).toBe(0);
	});
});

test("an id that is none is refused", async () => {
	const mail = await startMail();
	expect((await failure(mail.call(readEmail, { id: "not-an-id" }))).code).toBe("bad_request");
	expect((await failure(mail.call(readInbox, { cursor: "nonsense" }))).code).toBe("bad_request");
	await mail.stop();
});
