const file = (name: string) => (test: string) => `test/servers/communication/${name}.test.ts > ${test}`;
const [sending, inbox, failures, accounts, whatsapp, phone] = [
	file("send-email"),
	file("inbox"),
	file("mail-failures"),
	file("accounts"),
	file("whatsapp"),
	file("phone"),
];

const bad = file("inputs")("%s refuses what it can't use, and names the field");
const down = failures("a mail server that is gone is said by every tool that needs it");
const filed = inbox("marking and filing a mail changes it for other programs too");
const book = accounts("a contact is added, found by sound, listed and removed");
const damaged = accounts("a damaged address book is said to be damaged, and is left as it is");
const noBrowser = whatsapp("without any browser the error says what to install");
const brokenPage = whatsapp(
	"a page of WhatsApp that the library knows no more is said by reading, sending and saving alike",
);
const media = whatsapp("pictures go out and come in");
const vault = accounts("credentials that were altered are said to be damaged");

/** The tests that prove each tool: its main use, a bad input, a failure of what lies outside. */
export const manifest = {
	"communication.send_email": {
		main: sending("a mail reaches the server, signed in and encrypted, and is kept in the Sent folder"),
		bad,
		failure: failures(
			"a line that breaks after the whole mail went out is said to be uncertain, and nothing is sent again",
		),
	},
	"communication.read_inbox": {
		main: inbox("unread mails are told with sender and subject, and stay unread"),
		bad,
		failure: down,
	},
	"communication.search_email": { main: inbox("mails are found by words, sender and day"), bad, failure: down },
	"communication.read_email": {
		main: inbox("a mail in HTML with umlauts is read as plain words, without loading its pictures"),
		bad,
		failure: down,
	},
	"communication.reply_email": {
		main: inbox("an answer goes to the sender, in the conversation, and the mail is marked answered"),
		bad,
		failure: down,
	},
	"communication.mark_email": { main: filed, bad, failure: down },
	"communication.move_email": { main: filed, bad, failure: down },
	"communication.save_attachment": {
		main: inbox("an attachment is saved under its bare name, and never over a file"),
		bad,
		failure: down,
	},
	"communication.list_mail_folders": {
		main: inbox("folders are listed with what they are for"),
		bad,
		failure: down,
	},
	"communication.send_whatsapp": {
		main: whatsapp("once scanned it is ready, a message goes out and the answer comes in"),
		bad,
		failure: whatsapp("a message WhatsApp did not take is not said to be sent"),
	},
	"communication.read_whatsapp": {
		main: whatsapp("once scanned it is ready, a message goes out and the answer comes in"),
		bad,
		failure: brokenPage,
	},
	"communication.save_whatsapp_media": { main: media, bad, failure: brokenPage },
	"communication.connect_whatsapp": {
		main: whatsapp("the code on the page is one a phone can scan, and is renewed when WhatsApp renews it"),
		bad,
		failure: noBrowser,
	},
	"communication.whatsapp_status": {
		main: whatsapp("once scanned it is ready, a message goes out and the answer comes in"),
		bad,
		failure: whatsapp("a browser that dies is said, and connecting starts another"),
	},
	"communication.disconnect_whatsapp": { main: whatsapp("disconnecting forgets the link"), bad, failure: noBrowser },
	"communication.place_call": {
		main: phone("a call rings one's own phone first and then connects"),
		bad: phone("%j is no number to call"),
		failure: phone("a busy, a failing and a vanished Twilio are told apart"),
	},
	"communication.send_sms": {
		main: phone("a text message goes to the contact's number, read back before"),
		bad,
		failure: phone("a busy, a failing and a vanished Twilio are told apart"),
	},
	"communication.connect_phone": {
		main: phone("a wrong token is not kept, and the right one is in no answer"),
		bad,
		failure: phone("a busy, a failing and a vanished Twilio are told apart"),
	},
	"communication.disconnect_phone": {
		main: phone("a wrong token is not kept, and the right one is in no answer"),
		bad,
		failure: vault,
	},
	"communication.add_contact": {
		main: book,
		bad: accounts("bad addresses and numbers are refused, and a removal that could mean two asks"),
		failure: damaged,
	},
	"communication.find_contact": { main: book, bad, failure: damaged },
	"communication.list_contacts": { main: book, bad, failure: damaged },
	"communication.remove_contact": { main: book, bad, failure: damaged },
	"communication.add_email_account": {
		main: inbox("unread mails are told with sender and subject, and stay unread"),
		bad: accounts("a password is never taken by voice"),
		failure: failures("a server without encryption is never told the password"),
	},
	"communication.sign_in_email": {
		main: accounts("a code typed on another device connects the account, whose token is renewed by itself"),
		bad,
		failure: accounts("without a registered application it says what to set"),
	},
	"communication.list_email_accounts": {
		main: accounts("an account is listed without its password, and forgotten with it"),
		bad,
		failure: accounts("a sign-in the provider has ended asks for a new one"),
	},
	"communication.remove_email_account": {
		main: accounts("an account is listed without its password, and forgotten with it"),
		bad,
		failure: vault,
	},
};
