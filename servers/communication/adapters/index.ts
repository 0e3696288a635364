import { join } from "node:path";
import type { Requirement, ServerDeps } from "../../../core/contract/index.ts";
import { type Credentials, openCredentials } from "../../../core/credentials/index.ts";
import { createFolders, type Folders } from "../../../core/files/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { type Contacts, contactsSchema, createContacts } from "./contacts/index.ts";
import { createEnrolment, type Enrolment } from "./enrolment.ts";
import { createJsonFile } from "./json-file.ts";
import {
	type Accounts,
	accountsSchema,
	type Connections,
	createAccounts,
	createConnections,
	createLogin,
	createMailroom,
	createOAuth,
	createSender,
	type Lookup,
	type Mailroom,
	networkLookup,
} from "./mail/index.ts";
import { createPhone, type Phone } from "./phone/index.ts";
import { createPost, type Post } from "./post.ts";
import { createRecipients, type Recipients } from "./recipients.ts";
import type { CommunicationSettings } from "./settings.ts";
import { createWhatsApp, type WhatsApp } from "./whatsapp/index.ts";

export {
	type Contact,
	matchContacts,
	parsePhone,
} from "./contacts/index.ts";
export {
	cleanLine,
	type Envelope,
	endpointSchema,
	envelopeSchema,
	fileName,
	isOneLine,
	type MailAccount,
	type Mailbox,
	mailboxSchema,
	mailPlace,
	ownWords,
	parseAddress,
	sayMailbox,
	splitRecipients,
} from "./mail/index.ts";
export { twilioAccountSchema } from "./phone/index.ts";
export { formatMailboxes, formatTarget, sayTarget } from "./recipients.ts";
export { saveNew } from "./save-new.ts";
export { type CommunicationSettings, communicationSettings } from "./settings.ts";
export type { MediaFile, WhatsAppChat, WhatsAppStatus } from "./whatsapp/index.ts";

/** What the communication server touches. */
export interface CommunicationAdapters {
	folders: Folders;
	contacts: Contacts;
	recipients: Recipients;
	accounts: Accounts;
	enrolment: Enrolment;
	connections: Connections;
	mailroom: Mailroom;
	post: Post;
	whatsapp: WhatsApp;
	phone: Phone;
	/** Put in front of numbers written without a country. */
	countryCode: string | undefined;
	/** Opened when first needed: a keychain may ask its person. */
	credentials(): Promise<Credentials>;
	close(): Promise<void>;
}

/** Makes the adapters; nothing is started and no connection opened. `lookup` is the network in which servers are found. */
export function createAdapters(
	deps: ServerDeps<CommunicationSettings>,
	lookup: Lookup = networkLookup,
): CommunicationAdapters {
	const { settings, dataDir, childEnv: env, clock, log } = deps;
	const folders = createFolders(deps.folders);
	let opened: Promise<Credentials> | undefined;
	const credentials = () => {
		opened ??= openCredentials({
			folder: dataDir,
			service: "AIOS communication",
			env,
			platform: process.platform,
			keychain: settings.credentials === "auto",
		});
		return opened;
	};
	const contacts = createContacts(
		createJsonFile({ path: join(dataDir, "contacts.json"), schema: contactsSchema, empty: [] }),
	);
	const accounts = createAccounts(
		createJsonFile({ path: join(dataDir, "accounts.json"), schema: accountsSchema, empty: [] }),
		credentials,
	);
	const { certificates, timeoutMs, discover } = settings.mail;
	const oauth = createOAuth(settings.mail.oauth, clock);
	const login = createLogin({ accounts, oauth, certificates, timeoutMs });
	const connections = createConnections(login);
	const sender = createSender(login);
	const mailroom = createMailroom(connections);
	const enrolment = createEnrolment({ accounts, connections, sender, oauth, lookup, discover, log });
	const whatsapp = createWhatsApp({ settings: settings.whatsapp, dataDir, env, log });
	return {
		folders,
		contacts,
		recipients: createRecipients(contacts, settings.phone),
		accounts,
		enrolment,
		connections,
		mailroom,
		post: createPost({ sender, mailroom, folders, clock, log }),
		whatsapp,
		phone: createPhone({ settings: settings.phone, credentials, env, platform: process.platform }),
		countryCode: settings.phone.countryCode,
		credentials,
		async close() {
			enrolment.close();
			await Promise.all([connections.close(), whatsapp.close()]);
		},
	};
}

/** What of the outside world is connected. */
export async function findRequirements(adapters: CommunicationAdapters): Promise<Requirement[]> {
	const [accounts, phone] = [await countAccounts(adapters), adapters.phone.desktop()];
	const browser = adapters.whatsapp.browser();
	return [
		accounts > 0
			? { name: "mail", ok: true, detail: sayCount(accounts, "account") }
			: {
					name: "mail",
					ok: false,
					detail: "no account is connected",
					fix: "Connect one with add_email_account or sign_in_email.",
				},
		browser === undefined
			? {
					name: "WhatsApp",
					ok: false,
					detail: "no Chrome or Chromium, which it runs in",
					fix: "Install Chrome or Chromium.",
				}
			: { name: "WhatsApp", ok: true, detail: `runs in ${browser}; connect_whatsapp links the phone` },
		phone === undefined
			? {
					name: "phone link",
					ok: false,
					detail: "this desktop opens no phone links",
					fix: "Connect Twilio with connect_phone, or use a desktop with a phone link.",
				}
			: { name: "phone link", ok: true, detail: phone },
	];
}

async function countAccounts({ accounts }: CommunicationAdapters): Promise<number> {
	return accounts.count().catch(() => 0);
}
