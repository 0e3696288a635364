export { type Accounts, accountsSchema, createAccounts, type MailAccount } from "./accounts.ts";
export {
	cleanLine,
	formatMailbox,
	isOneLine,
	type Mailbox,
	parseAddress,
	sayMailbox,
	splitRecipients,
} from "./addresses.ts";
export { fileName, ownWords } from "./body.ts";
export { compose, readAttachments } from "./compose.ts";
export { type Connections, createConnections } from "./connections.ts";
export { discoverServers, type Lookup, networkLookup } from "./discover.ts";
export { type Envelope, envelopeSchema, mailboxSchema, mailPlace } from "./envelope.ts";
export { createLogin, type Secret } from "./login.ts";
export { createMailroom, type Mailroom } from "./mailroom.ts";
export { createOAuth, type OAuth } from "./oauth.ts";
export { type Endpoint, endpointSchema, type MailServers } from "./providers.ts";
export { createSender, type Delivery, type Sender } from "./sender.ts";
