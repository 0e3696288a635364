import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addEmailAccount, removeEmailAccount } from "../../../servers/communication/tools/accounts.ts";
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
import { sendEmail } from "../../../servers/communication/tools/send-email.ts";
import { makeCertificates } from "./certificates.ts";
import { type Communication, failure, type Mail, startCommunication, startMail } from "./harness.ts";
import { freePort } from "./imap.ts";
import { startSmtp } from "./smtp.ts";

const letter = { to: "carl@example.org", subject: "Hello", body: "How are you?" };

/** A port on which `behave` is all there is. */
async function startTcp(
	behave: (socket: import("node:net").Socket) => void,
): Promise<{ port: number; server: Server }> {
	const server = createServer((socket) => {
		socket.on("error", () => {});
		behave(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	return { port: typeof address === "object" && address !== null ? address.port : 0, server };
}

describe("a mail account that works", () => {
	let mail: Mail;
	afterEach(() => mail.stop());

	test("a password changed at the provider is said, for reading and for sending", async () => {
		mail = await startMail();
		const [account] = await mail.adapters.accounts.list("anna");
		if (account === undefined) throw new Error("no account");
		await mail.adapters.accounts.renewSecret(account, "wrong");
		const sending = await failure(mail.call(sendEmail, letter));
		expect(sending.code).toBe("forbidden");
		expect(sending.spoken).toBe("The mail server refused the password.");
		expect(sending.message).not.toContain("wrong");
		expect((await failure(mail.call(readInbox, {}))).code).toBe("forbidden");
		expect((await failure(mail.call(searchEmail, { query: "x" }))).code).toBe("forbidden");
	});

	test("a server that goes away before it took the mail leaves no doubt that nothing was sent", async () => {
		mail = await startMail({
			smtp: {
				onRcptTo() {
					mail.smtp.cut();
				},
			},
		});
		const error = await failure(mail.call(sendEmail, letter));
		expect(error.code).toBe("unavailable");
		expect(error.spoken).toBe("The connection to the mail server was lost.");
	});

	test("a line that breaks after the whole mail went out is said to be uncertain, and nothing is sent again", async () => {
		let heard = 0;
		mail = await startMail({
			smtp: {
				onData(stream) {
					stream.resume();
					stream.on("end", () => {
						heard += 1;
						mail.smtp.cut();
					});
				},
			},
		});
		const error = await failure(mail.call(sendEmail, letter));
		expect(error.spoken).toContain("may have been sent or not");
		expect(error.details).toEqual({ sent: "unknown" });
		expect(heard).toBe(1);
	});

	test("a server that answers too late is given up", async () => {
		mail = await startMail({ smtp: { onRcptTo() {} } });
		const error = await failure(mail.call(sendEmail, letter));
		expect(["timeout", "unavailable"]).toContain(error.code);
		expect(mail.smtp.received).toEqual([]);
	});

	test("giving up while sending ends the line at once", async () => {
		const controller = new AbortController();
		mail = await startMail({ smtp: { onRcptTo: () => controller.abort() } });
		const error = await failure(mail.call(sendEmail, letter, undefined, controller.signal));
		expect(error.code).toBe("cancelled");
	});

	test("a mail too large for its server is refused with the server's reason", async () => {
		mail = await startMail({ smtp: { size: 2_000 } });
		const error = await failure(mail.call(sendEmail, { ...letter, body: "x".repeat(10_000) }));
		expect(error.code).toBe("upstream_failed");
		expect(error.message).toMatch(/size|large/i);
	});

	test("a mail server that is gone is said by every tool that needs it", async () => {
		mail = await startMail();
		await mail.deliver("From: Bob <bob@example.org>\nSubject: Hello\n\nHi\n");
		const [message] = (await mail.call(readInbox, {})).output.messages;
		await mail.imap.stop();
		const { id } = message ?? {};
		for (const call of [
			() => mail.call(readInbox, {}),
			() => mail.call(searchEmail, { query: "x" }),
			() => mail.call(readEmail, { id }),
			() => mail.call(replyEmail, { id, body: "x" }),
			() => mail.call(markEmail, { id, read: true }),
			() => mail.call(moveEmail, { id, folder: "trash" }),
			() => mail.call(saveAttachment, { id, folder: "." }),
			() => mail.call(listMailFolders, {}),
		]) {
			expect(await failure(call())).toMatchObject({ code: "unavailable", spoken: "The mail server does not answer." });
		}
		// Sending goes another way; the copy that could not be kept is said.
		const { output } = await mail.call(sendEmail, letter);
		expect(output).toMatchObject({ accepted: ["carl@example.org"], in_sent_folder: false });
	});

	test("when one of two accounts is down, the other's mails are shown and the failure is said", async () => {
		mail = await startMail();
		const [account] = await mail.adapters.accounts.list("anna");
		if (account === undefined) throw new Error("no account");
		const port = await freePort();
		await mail.adapters.accounts.save(
			{ ...account, address: "second@example.com", imap: { ...account.imap, port } },
			"right-horse",
		);
		await mail.deliver("From: Bob <bob@example.org>\nSubject: Hello\n\nHi\n");
		const { output, say } = await mail.call(readInbox, {});
		expect(output.messages).toHaveLength(1);
		expect(output.unreachable).toMatchObject([{ account: "second@example.com" }]);
		expect(say).toContain("I could not reach second@example.com.");
		await mail.call(removeEmailAccount, { account: "second@example.com" });
		expect((await mail.call(readInbox, {})).output.unreachable).toEqual([]);
	});
});

describe("connecting an account", () => {
	let folder: string;
	let communication: Communication;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "aios-certificates-"));
	});
	afterEach(async () => {
		await communication.stop();
		await rm(folder, { recursive: true, force: true });
	});
	const add = (imap: object, smtp: object) =>
		failure(communication.call(addEmailAccount, { address: "anna@example.com", password: "right-horse", imap, smtp }));

	test("a certificate nobody vouches for stops the sign-in before the password is sent", async () => {
		const smtp = await startSmtp(await makeCertificates(folder));
		communication = await startCommunication();
		const endpoint = { host: "localhost", port: smtp.port, security: "starttls" };
		const error = await failure(
			communication.adapters.enrolment.withPassword(
				{
					owner: "anna",
					address: "anna@example.com",
					name: "",
					label: "x",
					imap: { ...endpoint, security: "starttls" },
					smtp: { ...endpoint, security: "starttls" },
				},
				"right-horse",
				new AbortController().signal,
			),
		);
		expect(["upstream_failed", "unavailable", "timeout"]).toContain(error.code);
		const sending = await add(endpoint, endpoint);
		expect(sending.code).not.toBe("forbidden");
		expect(await communication.adapters.accounts.list("anna")).toEqual([]);
		await smtp.stop();
	});

	test("a certificate for another name is not taken for this server's", async () => {
		const certificates = await makeCertificates(folder, "other.example");
		const smtp = await startSmtp(certificates);
		communication = await startCommunication({ certificates });
		const { createLogin, createSender } = await import("../../../servers/communication/adapters/mail/index.ts");
		const { accounts } = communication.adapters;
		const oauth = { has: () => false, refresh: never, begin: never, expired: () => true };
		const login = createLogin({ accounts, oauth, certificates: [certificates.authority], timeoutMs: 3_000 });
		const error = await failure(
			createSender(login).verify(
				{ user: "anna@example.com", smtp: { host: "localhost", port: smtp.port, security: "starttls" } },
				{ kind: "password", password: "right-horse" },
				new AbortController().signal,
			),
		);
		expect(error.code).toBe("upstream_failed");
		expect(error.message).toContain("can't be trusted");
		await smtp.stop();
	});

	test("a server without encryption is never told the password", async () => {
		const heard: string[] = [];
		const { port, server } = await startTcp((socket) => {
			socket.write("220 plain.example ESMTP\r\n");
			socket.on("data", (data) => {
				heard.push(data.toString());
				if (/^EHLO/i.test(data.toString())) socket.write("250-plain.example\r\n250 AUTH PLAIN LOGIN\r\n");
				else socket.write("502 no\r\n");
			});
		});
		communication = await startCommunication();
		const endpoint = { host: "localhost", port, security: "starttls" };
		const error = await add(endpoint, endpoint);
		expect(error.code).not.toBe("forbidden");
		expect(heard.join("")).not.toContain("AUTH");
		expect(heard.join("")).not.toContain(Buffer.from("\0anna@example.com\0right-horse").toString("base64"));
		server.close();
	});

	test("an unprotected line is refused except to this machine", async () => {
		communication = await startCommunication();
		const open = { host: "mail.example.org", port: 143, security: "none" };
		const error = await add(open, open);
		expect(error).toMatchObject({ code: "forbidden", fix: "Use tls or starttls." });
	});

	test("a wrong password is not kept", async () => {
		communication = await startCommunication();
		const mail = await startMail();
		const error = await failure(
			mail.call(addEmailAccount, { ...mail.account, address: "anna@example.com", password: "no" }),
		);
		expect(error.code).toBe("forbidden");
		expect(JSON.stringify(error.toJSON())).not.toContain('"no"');
		// The account that worked before still does.
		await mail.call(readInbox, {});
		await mail.stop();
	});

	test("nobody at the address is said so", async () => {
		communication = await startCommunication();
		const endpoint = { host: "localhost", port: await freePort(), security: "tls" };
		expect(await add(endpoint, endpoint)).toMatchObject({ code: "unavailable" });
		const nowhere = { host: "mail.invalid", port: 993, security: "tls" };
		expect((await add(nowhere, nowhere)).message).toContain("There is no mail server named mail.invalid");
	});

	test("a server that says nothing is given up in time", async () => {
		communication = await startCommunication();
		const { port, server } = await startTcp(() => {});
		const endpoint = { host: "localhost", port, security: "starttls" };
		expect((await add(endpoint, endpoint)).code).toBe("timeout");
		server.close();
	});
});

function never(): never {
	throw new Error("not used here");
}
