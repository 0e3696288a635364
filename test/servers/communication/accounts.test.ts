import { afterEach, describe, expect, test } from "vitest";
import { discoverServers } from "../../../servers/communication/adapters/mail/index.ts";
import {
	addEmailAccount,
	listEmailAccounts,
	removeEmailAccount,
	signInEmail,
} from "../../../servers/communication/tools/accounts.ts";
import { addContact, findContact, listContacts, removeContact } from "../../../servers/communication/tools/contacts.ts";
import { disconnectPhone } from "../../../servers/communication/tools/phone.ts";
import { readInbox } from "../../../servers/communication/tools/read-inbox.ts";
import { sendEmail } from "../../../servers/communication/tools/send-email.ts";
import {
	anna,
	bob,
	type Communication,
	failure,
	type Mail,
	silentNetwork,
	startCommunication,
	startMail,
} from "./harness.ts";

const { signal } = new AbortController();

describe("accounts", () => {
	let mail: Mail;
	afterEach(() => mail.stop());

	test("an account is listed without its password, and forgotten with it", async () => {
		mail = await startMail();
		const { output, say } = await mail.call(listEmailAccounts, {});
		expect(say).toBe("Connected is anna@example.com.");
		expect(output.accounts).toMatchObject([{ address: "anna@example.com", label: "work", sign_in: "password" }]);
		expect(JSON.stringify(output)).not.toContain("right-horse");
		const { summary, resolved } = await mail.confirmation(removeEmailAccount, { account: "work" });
		expect(summary).toBe("Forget the mail account anna@example.com and its password");
		await mail.call(removeEmailAccount, resolved);
		expect((await mail.call(listEmailAccounts, {})).say).toBe("You have no mail account connected.");
		expect((await failure(mail.call(readInbox, {}))).fix).toContain("add_email_account");
		expect((await failure(mail.call(removeEmailAccount, { account: "work" }))).code).toBe("missing_part");
	});

	test("credentials that were altered are said to be damaged", async () => {
		mail = await startMail();
		await mail.adapters.close();
		await Bun.write(`${mail.dataDir}/credentials.bin`, "not what was written");
		expect((await failure(mail.call(readInbox, {}))).code).toBe("conflict");
		expect((await failure(mail.call(removeEmailAccount, { account: "work" }))).code).toBe("conflict");
		expect((await failure(mail.call(disconnectPhone, {}))).code).toBe("conflict");
	});

	test("a password is never taken by voice", async () => {
		mail = await startMail();
		const error = await failure(mail.call(addEmailAccount, { address: "other@example.com" }));
		expect(error.spoken).toBe("Please type the password on the page. I never take passwords by voice.");
		expect((await failure(mail.call(addEmailAccount, { address: "no address", password: "x" }))).code).toBe(
			"bad_request",
		);
	});

	test("one account of several is chosen by what it is called, and each sends as itself", async () => {
		mail = await startMail();
		const [account] = await mail.adapters.accounts.list(anna.id);
		if (account === undefined) throw new Error("no account");
		await mail.adapters.accounts.save({ ...account, address: "anna@home.example", label: "private" }, "right-horse");
		await mail.call(sendEmail, { to: "carl@example.org", subject: "x", body: "y", account: "pryvate" });
		expect(mail.smtp.received[0]?.from).toBe("anna@home.example");
		await mail.call(sendEmail, { to: "carl@example.org", subject: "x", body: "y" });
		expect(mail.smtp.received[1]?.from).toBe("anna@example.com");
	});
});

describe("signing in on the provider's page", () => {
	/** A provider's sign-in: by device where `device`, else by redirect; every refresh token works once. */
	function startProvider({ device }: { device: boolean }) {
		let approved = false;
		let issued = 0;
		const forms: Record<string, string>[] = [];
		const server = Bun.serve({
			hostname: "127.0.0.1",
			port: 0,
			async fetch(request) {
				const form = Object.fromEntries(new URLSearchParams(await request.text()));
				forms.push(form);
				if (new URL(request.url).pathname === "/device") {
					const codes = { device_code: "dc", user_code: "WXYZ", verification_uri: "https://provider.example/link" };
					return Response.json({ ...codes, interval: 0.05 });
				}
				if (form.grant_type?.endsWith("device_code") && !approved) {
					return Response.json({ error: "authorization_pending" }, { status: 400 });
				}
				if (form.grant_type === "refresh_token" && form.refresh_token !== `refresh-${issued}`) {
					return Response.json({ error: "invalid_grant", error_description: "It was used before" }, { status: 400 });
				}
				issued += 1;
				return Response.json({ access_token: "good-token", refresh_token: `refresh-${issued}`, expires_in: 3600 });
			},
		});
		const url = `http://127.0.0.1:${server.port}`;
		const settings = {
			clientId: "client",
			tokenUrl: `${url}/token`,
			authorizeUrl: `${url}/authorize`,
			scope: "mail",
			...(device ? { deviceUrl: `${url}/device` } : {}),
		};
		return {
			settings,
			forms,
			approve() {
				approved = true;
			},
			revoke() {
				issued = 99;
			},
			stop: () => server.stop(true),
		};
	}

	async function signedIn(mail: Mail, device: boolean, act: (url: string, approve: () => void) => Promise<void>) {
		const provider = startProvider({ device });
		const communication = await startCommunication({
			certificates: mail.certificates,
			settings: {
				mail: { certificates: [mail.certificates.authority], oauth: { own: provider.settings } },
			},
		});
		const { imap, smtp } = mail.account;
		const { output, say } = await communication.call(signInEmail, {
			address: "anna@example.com",
			provider: "own",
			...{ imap, smtp },
		});
		await act(output.url, provider.approve);
		for (let tries = 0; tries < 100; tries++) {
			const { accounts, sign_in, reason } = (
				await communication.call(listEmailAccounts, { address: "anna@example.com" })
			).output;
			if (sign_in === "failed") throw new Error(reason);
			if (accounts.length > 0) break;
			await Bun.sleep(50);
		}
		return { communication, provider, output, say };
	}

	test("a code typed on another device connects the account, whose token is renewed by itself", async () => {
		const mail = await startMail();
		const { communication, provider, say } = await signedIn(mail, true, async (_url, approve) => approve());
		expect(say).toBe("Open the link on the page and type the code W X Y Z.");
		const { accounts } = (await communication.call(listEmailAccounts, {})).output;
		expect(accounts).toMatchObject([{ address: "anna@example.com", sign_in: "own" }]);
		expect((await communication.call(readInbox, {})).output.total).toBe(0);
		await communication.call(sendEmail, { to: "carl@example.org", subject: "x", body: "y" });
		expect(mail.smtp.received).toHaveLength(1);
		expect(provider.forms.at(-1)).toMatchObject({ grant_type: "refresh_token", refresh_token: "refresh-1" });
		await communication.stop();
		provider.stop();
		await mail.stop();
	});

	test("a sign-in that comes back to this machine is taken with the right state only", async () => {
		const mail = await startMail();
		const { communication, provider } = await signedIn(mail, false, async (url) => {
			const asked = new URL(url).searchParams;
			const back = asked.get("redirect_uri") ?? "";
			expect(asked.get("code_challenge_method")).toBe("S256");
			expect((await fetch(`${back}?state=forged&code=evil`)).status).toBe(404);
			expect((await fetch(`${back}?state=${asked.get("state")}&code=right`)).status).toBe(200);
		});
		expect(provider.forms[0]).toMatchObject({ grant_type: "authorization_code", code: "right" });
		expect(provider.forms.some(({ code }) => code === "evil")).toBe(false);
		await communication.stop();
		provider.stop();
		await mail.stop();
	});

	test("a sign-in the provider has ended asks for a new one", async () => {
		const mail = await startMail();
		const { communication, provider } = await signedIn(mail, true, async (_url, approve) => approve());
		provider.revoke();
		const error = await failure(communication.call(readInbox, {}));
		expect(error).toMatchObject({ code: "forbidden", fix: "Sign in again with sign_in_email." });
		await communication.stop();
		provider.stop();
		await mail.stop();
	});

	test("without a registered application it says what to set", async () => {
		const communication = await startCommunication();
		const error = await failure(communication.call(signInEmail, { address: "anna@gmail.com" }));
		expect(error.code).toBe("missing_part");
		expect(error.fix).toContain("mail.oauth.google.clientId");
		expect((await failure(communication.call(signInEmail, { address: "anna@" }))).code).toBe("bad_request");
		await communication.stop();
	});
});

describe("servers are found", () => {
	test("for well-known providers without asking anybody", async () => {
		expect(await discoverServers("gmail.com", silentNetwork, signal)).toMatchObject({
			imap: { host: "imap.gmail.com", port: 993, security: "tls" },
			smtp: { host: "smtp.gmail.com", port: 465, security: "tls" },
		});
	});

	test("by a domain's autoconfig file, its SRV records, and who receives its mail", async () => {
		const server = (type: string, tag: string, host: string, port: number, socket: string) =>
			`<${tag} type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType></${tag}>`;
		const xml = `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x">
			${server("pop3", "incomingServer", "pop.example.org", 995, "SSL")}
			${server("imap", "incomingServer", "plain.example.org", 143, "plain")}
			${server("imap", "incomingServer", "imap.example.org", 993, "SSL")}
			${server("smtp", "outgoingServer", "smtp.example.org", 587, "STARTTLS")}
		</emailProvider></clientConfig>`;
		const asked: string[] = [];
		const text = async (url: string) => {
			asked.push(url);
			return xml;
		};
		expect(await discoverServers("example.org", { ...silentNetwork, text }, signal)).toMatchObject({
			imap: { host: "imap.example.org", port: 993, security: "tls" },
			smtp: { host: "smtp.example.org", port: 587, security: "starttls" },
		});
		expect(asked).toEqual(["https://autoconfig.example.org/mail/config-v1.1.xml"]);
		const srv = async (name: string) => {
			if (name.startsWith("_imaps.")) return [{ name: "mx.example.org.", port: 993, priority: 1 }];
			return name.startsWith("_submission.") ? [{ name: "mx.example.org", port: 587, priority: 1 }] : [];
		};
		expect(await discoverServers("example.org", { ...silentNetwork, srv }, signal)).toMatchObject({
			imap: { host: "mx.example.org", security: "tls" },
			smtp: { host: "mx.example.org", security: "starttls" },
		});
		const mx = async () => [{ exchange: "aspmx.l.google.com", priority: 1 }];
		expect(await discoverServers("example.org", { ...silentNetwork, mx }, signal)).toMatchObject({ oauth: "google" });
		const broken = async () => "<!DOCTYPE x [<!ENTITY a 'b'>]><clientConfig>&a;</clientConfig>";
		expect(await discoverServers("example.org", { ...silentNetwork, text: broken }, signal)).toBeUndefined();
	});

	test("and where nothing says them, it asks for them", async () => {
		const communication = await startCommunication();
		const error = await failure(communication.call(addEmailAccount, { address: "anna@example.org", password: "x" }));
		expect(error).toMatchObject({ code: "not_found", message: "The mail servers of example.org could not be found." });
		await communication.stop();
	});
});

describe("contacts", () => {
	let communication: Communication;
	afterEach(() => communication.stop());

	test("a contact is added, found by sound, listed and removed", async () => {
		communication = await startCommunication();
		const added = await communication.call(addContact, { name: "katharina meyer", email: "k@example.org" });
		expect(added.say).toBe("Added Katharina Meyer: k@example.org.");
		const again = await communication.call(addContact, { name: "Katharina Meyer", phone: "+49 170 1234567" });
		expect(again.output).toMatchObject({ created: false, contact: { phones: ["+491701234567"] } });
		expect((await communication.call(findContact, { name: "Catarina Maier" })).say).toBe(
			"Katharina Meyer: k@example.org and +491701234567.",
		);
		expect((await communication.call(findContact, { name: "Zoltan" })).say).toBe("I don't know anyone called Zoltan.");
		expect((await communication.call(listContacts, {})).say).toBe("You have 1 contact: Katharina Meyer.");
		expect((await communication.call(listContacts, {}, bob)).output.total).toBe(0);
		const { summary } = await communication.confirmation(removeContact, { name: "katarina" });
		expect(summary).toBe("Remove Katharina Meyer from your contacts");
		await communication.call(removeContact, { name: "Katharina Meyer" });
		expect((await communication.call(listContacts, {})).output.total).toBe(0);
		expect((await failure(communication.call(removeContact, { name: "Katharina" }))).code).toBe("not_found");
	});

	test("bad addresses and numbers are refused, and a removal that could mean two asks", async () => {
		communication = await startCommunication();
		expect((await failure(communication.call(addContact, { name: "Anna", email: "anna" }))).code).toBe("bad_request");
		expect((await failure(communication.call(addContact, { name: "Anna", phone: "*21#" }))).code).toBe("bad_request");
		await communication.call(addContact, { name: "Anna Smith", email: "a@example.org" });
		await communication.call(addContact, { name: "Anna Jones", email: "b@example.org" });
		const error = await failure(communication.confirmation(removeContact, { name: "Anna" }));
		expect(error.details?.ask).toEqual({ slot: "name", question: "Which one: Anna Jones or Anna Smith?" });
	});

	test("a damaged address book is said to be damaged, and is left as it is", async () => {
		communication = await startCommunication();
		const path = `${communication.dataDir}/contacts.json`;
		await Bun.write(path, "{broken");
		for (const call of [
			() => communication.call(listContacts, {}),
			() => communication.call(findContact, { name: "Anna" }),
			() => communication.call(addContact, { name: "Anna", email: "a@example.org" }),
			() => communication.call(removeContact, { name: "Anna" }),
		]) {
			expect((await failure(call())).code).toBe("conflict");
		}
		expect(await Bun.file(path).text()).toBe("{broken");
	});
});
