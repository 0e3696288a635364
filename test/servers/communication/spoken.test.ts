import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../../core/contract/index.ts";
import {
	createAssistant,
	createConfirmations,
	createConversations,
	createPolicy,
} from "../../../core/orchestrator/index.ts";
import { confirmations, openStore } from "../../../core/store/index.ts";
import { createLocalServer, permit } from "../../../core/surface/index.ts";
import { createUnderstander } from "../../../core/understanding/index.ts";
import { server } from "../../../servers/communication/index.ts";
import { addContact } from "../../../servers/communication/tools/contacts.ts";
import { anna, type Mail, startMail } from "./harness.ts";

let mail: Mail;
let store: ReturnType<typeof openStore>;
let session = 0;

/** Says something in a conversation, from words to the real mail server and back. */
let say: (
	text: string,
) => Promise<{ status: string; reply: string; tool?: string; arguments?: Record<string, unknown> }>;

beforeAll(async () => {
	mail = await startMail();
	await mail.call(addContact, { name: "Anna Smith", email: "anna.smith@example.org", phone: "+491701111111" });
	await mail.call(addContact, { name: "Anna Jones", email: "anna.jones@example.org" });
	await mail.call(addContact, { name: "Robert", email: "robert@example.org" });
	store = openStore({ path: join(mail.home, "aios.db") });
	const local = createLocalServer({
		definition: server,
		adapters: mail.adapters,
		clock: systemClock,
		log: silentLogger,
	});
	const understander = createUnderstander();
	understander.load(local.tools);
	const assistant = createAssistant({
		dispatcher: {
			call: async ({ tool, arguments: input, resolve }, context) => ({
				server: "communication",
				tool,
				...(await local.run(tool, input, { ...context, resolve })),
			}),
		},
		catalogue: () => [...local.tools],
		onChange() {},
		understander,
		policy: createPolicy({ permit }),
		confirmations: createConfirmations({ store: confirmations(store), clock: systemClock, lifetimeMs: 60_000 }),
		recorder: { record: async () => {} },
		conversations: createConversations(systemClock),
		async summarise({ name }, input) {
			const tool = server.tools.find((one) => one.name === name);
			return tool?.summary(tool.input.parse(input)) ?? "";
		},
		clock: systemClock,
		log: silentLogger,
	});
	const { signal } = new AbortController();
	say = (text) => assistant.command({ text }, { user: anna, session: `s${session}`, signal, source: "voice" });
});
afterAll(async () => {
	await mail.stop();
	store.close();
});
beforeEach(() => {
	session += 1;
	mail.smtp.received.length = 0;
});

test("a mail to a name is read back with its address, and goes there after the yes and not before", async () => {
	const asked = await say("email robert about the report saying it is ready");
	expect(asked).toMatchObject({ status: "confirm", tool: "send_email" });
	expect(asked.reply).toBe(
		'Email Robert at robert@example.org, from anna@example.com, subject "report", saying: "it is ready". Shall I?',
	);
	expect(mail.smtp.received).toEqual([]);
	expect((await say("yes")).reply).toBe("Sent to robert@example.org.");
	expect(mail.smtp.received[0]).toMatchObject({ to: ["robert@example.org"] });
});

test("the yes is to the address: a contact changed meanwhile changes nothing", async () => {
	await mail.call(addContact, { name: "Dora", email: "dora@example.org" });
	await say("send an email to dora about lunch saying pizza");
	const [dora] = (await mail.adapters.contacts.list(anna.id)).filter(({ name }) => name === "Dora");
	await mail.adapters.contacts.remove(anna.id, dora?.id ?? "");
	await mail.call(addContact, { name: "Dora", email: "evil@example.net" });
	await say("yes");
	expect(mail.smtp.received[0]?.to).toEqual(["dora@example.org"]);
});

test("a file is sent by its name to whoever the name sounds like", async () => {
	await writeFile(join(mail.home, "report.pdf"), "%PDF-1.4");
	expect(await say("email robbert the report")).toMatchObject({ status: "ask", question: { slot: "subject" } });
	expect(await say("numbers")).toMatchObject({ status: "ask", question: { slot: "body" } });
	expect((await say("here it is")).reply).toBe(
		'Email Robert at robert@example.org, from anna@example.com, subject "numbers", saying: "here it is", with report.pdf attached. Shall I?',
	);
	await say("yes");
	expect(mail.smtp.received[0]?.mail.attachments).toMatchObject([{ filename: "report.pdf" }]);
});

test("where two people fit it asks, and the answer goes on from there", async () => {
	const asked = await say("email anna about dinner saying come at eight");
	expect(asked).toMatchObject({ status: "ask", reply: "Which anna do you mean: Anna Jones or Anna Smith?" });
	const answered = await say("Anna Jones");
	expect(answered.status).toBe("confirm");
	expect(answered.reply).toContain("Email Anna Jones at anna.jones@example.org");
	expect((await say("no")).reply).toBe("Okay, I won't.");
	expect(mail.smtp.received).toEqual([]);
});

test("what is missing is asked for one after the other", async () => {
	expect((await say("send an email")).reply).toBe("To whom?");
	expect((await say("robert")).reply).toBe("What is the subject?");
	expect((await say("holidays")).reply).toBe("What should the email say?");
	expect((await say("I will be away")).status).toBe("confirm");
});

test("as small recognisers hear it, it is the same mail, and no word of it is lost", async () => {
	for (const heard of ["He mailed Robert saying I am late.", "Right an email to Robert saying I am late."]) {
		expect(await say(heard)).toMatchObject({
			tool: "send_email",
			arguments: { to: expect.stringContaining("Robert"), body: "I am late" },
		});
		await say("no");
	}
	expect(await say("Text Anna Smith, saying I am late.")).toMatchObject({ arguments: { message: "I am late" } });
});

test("a new contact is added at once, but not once a mail was read that could have asked for it", async () => {
	const add = "add contact gustav with the email gustav at example dot org";
	expect((await say("list my contacts")).status).toBe("done");
	expect((await say(add)).status).toBe("done");
	await say("read my inbox");
	expect((await say(add)).status).toBe("confirm");
});

test.each([
	["do i have new mail", "read_inbox"],
	["check my inbox", "read_inbox"],
	["search my email for the invoice", "search_email"],
	["list my contacts", "list_contacts"],
	["how can i reach robert", "find_contact"],
	["what is robert's email", "find_contact"],
	["call anna smith", "place_call"],
	["text anna smith saying see you soon", "send_sms"],
	["whatsapp anna smith saying see you soon", "send_whatsapp"],
	["is whatsapp connected", "whatsapp_status"],
	["list my email accounts", "list_email_accounts"],
])("%j reaches its tool", async (text, tool) => {
	expect((await say(text)).tool).toBe(tool);
});
