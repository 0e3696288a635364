import { z } from "zod";

/** How a line to a mail server is protected: from the first byte, after STARTTLS, or (on this machine only) not at all. */
const security = z.enum(["tls", "starttls", "none"]);

export const endpointSchema = z.object({
	host: z
		.string()
		.max(253)
		.regex(
			/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$|^\[?[0-9a-f:]+\]?$/i,
			"a host name",
		),
	port: z.number().int().min(1).max(65_535),
	security,
});
export type Endpoint = z.output<typeof endpointSchema>;

export interface MailServers {
	imap: Endpoint;
	smtp: Endpoint;
	/** The provider itself keeps a copy of what is sent. */
	keepsSent: boolean;
	/** Name of its sign-in in the settings, where passwords alone are not taken. */
	oauth?: string;
	/** What a person must know about its password. */
	hint?: string;
}

const tls = (host: string, port: number): Endpoint => ({ host, port, security: "tls" });
const starttls = (host: string, port = 587): Endpoint => ({ host, port, security: "starttls" });
const plain = (imap: string, smtp: string): MailServers => ({
	imap: tls(imap, 993),
	smtp: tls(smtp, 465),
	keepsSent: false,
});
const upgraded = (imap: string, smtp: string): MailServers => ({
	imap: tls(imap, 993),
	smtp: starttls(smtp),
	keepsSent: false,
});
const appPassword = "It wants an app password, made in the security settings of the account.";

/** As the providers' own help pages give them. */
const gmail: MailServers = {
	...plain("imap.gmail.com", "smtp.gmail.com"),
	keepsSent: true,
	oauth: "google",
	hint: appPassword,
};
const outlook: MailServers = {
	...upgraded("outlook.office365.com", "smtp-mail.outlook.com"),
	keepsSent: true,
	oauth: "microsoft",
	hint: "It takes no passwords: sign in with sign_in_email.",
};
const icloud: MailServers = { ...upgraded("imap.mail.me.com", "smtp.mail.me.com"), hint: appPassword };
const yahoo: MailServers = { ...plain("imap.mail.yahoo.com", "smtp.mail.yahoo.com"), hint: appPassword };
const gmx = upgraded("imap.gmx.net", "mail.gmx.net");
const gmxWorld = plain("imap.gmx.com", "mail.gmx.com");
const fastmail: MailServers = { ...plain("imap.fastmail.com", "smtp.fastmail.com"), hint: appPassword };

const providers: readonly { domains: string; servers: MailServers }[] = [
	{ domains: "gmail.com googlemail.com", servers: gmail },
	{ domains: "outlook.com hotmail.com hotmail.de hotmail.co.uk hotmail.fr live.com msn.com", servers: outlook },
	{ domains: "icloud.com me.com mac.com", servers: icloud },
	{ domains: "yahoo.com yahoo.de yahoo.co.uk yahoo.fr ymail.com rocketmail.com", servers: yahoo },
	{ domains: "aol.com", servers: { ...plain("imap.aol.com", "smtp.aol.com"), hint: appPassword } },
	{ domains: "gmx.de gmx.net gmx.at gmx.ch", servers: gmx },
	{ domains: "gmx.com", servers: gmxWorld },
	{ domains: "web.de", servers: upgraded("imap.web.de", "smtp.web.de") },
	{ domains: "t-online.de", servers: plain("secureimap.t-online.de", "securesmtp.t-online.de") },
	{ domains: "freenet.de", servers: upgraded("mx.freenet.de", "mx.freenet.de") },
	{ domains: "posteo.de posteo.net", servers: plain("posteo.de", "posteo.de") },
	{ domains: "mailbox.org", servers: plain("imap.mailbox.org", "smtp.mailbox.org") },
	{ domains: "fastmail.com fastmail.fm", servers: fastmail },
	{ domains: "zoho.com zohomail.com", servers: plain("imap.zoho.com", "smtp.zoho.com") },
	{ domains: "yandex.com yandex.ru ya.ru", servers: plain("imap.yandex.com", "smtp.yandex.com") },
	{ domains: "mail.ru bk.ru inbox.ru list.ru", servers: plain("imap.mail.ru", "smtp.mail.ru") },
	{ domains: "orange.fr", servers: plain("imap.orange.fr", "smtp.orange.fr") },
	{ domains: "libero.it", servers: plain("imapmail.libero.it", "smtp.libero.it") },
	{ domains: "qq.com", servers: plain("imap.qq.com", "smtp.qq.com") },
	{ domains: "163.com", servers: plain("imap.163.com", "smtp.163.com") },
	{ domains: "126.com", servers: plain("imap.126.com", "smtp.126.com") },
	{ domains: "naver.com", servers: plain("imap.naver.com", "smtp.naver.com") },
	{ domains: "runbox.com", servers: plain("mail.runbox.com", "mail.runbox.com") },
	{ domains: "disroot.org", servers: plain("disroot.org", "disroot.org") },
];

/** Proton's mail is reached through its Bridge on this machine, whose certificate is its own. */
const bridge: MailServers = {
	imap: { host: "127.0.0.1", port: 1143, security: "starttls" },
	smtp: { host: "127.0.0.1", port: 1025, security: "starttls" },
	keepsSent: true,
	hint: "Start Proton Mail Bridge, and give the password it shows.",
};

const byDomain = new Map<string, MailServers>([
	...providers.flatMap(({ domains, servers }) => domains.split(" ").map((domain) => [domain, servers] as const)),
	...["proton.me", "protonmail.com", "pm.me"].map((domain) => [domain, bridge] as const),
]);

/** Hosts that receive mail for domains of the providers' customers, by how their name ends. */
const byExchange: readonly [ending: string, servers: MailServers][] = [
	["google.com", gmail],
	["googlemail.com", gmail],
	["protection.outlook.com", { ...outlook, smtp: starttls("smtp.office365.com") }],
	["messagingengine.com", fastmail],
	["icloud.com", icloud],
	["mailbox.org", plain("imap.mailbox.org", "smtp.mailbox.org")],
	["zoho.com", plain("imap.zoho.com", "smtp.zoho.com")],
	["yandex.net", plain("imap.yandex.com", "smtp.yandex.com")],
	["kundenserver.de", upgraded("imap.ionos.de", "smtp.ionos.de")],
	["ovh.net", plain("ssl0.ovh.net", "ssl0.ovh.net")],
	["gandi.net", plain("mail.gandi.net", "mail.gandi.net")],
];

/** Servers of a well-known provider. */
export function knownServers(domain: string): MailServers | undefined {
	return byDomain.get(domain.toLowerCase());
}

/** Servers of the provider whose host receives a domain's mail. */
export function serversByExchange(exchange: string): MailServers | undefined {
	const host = exchange.toLowerCase().replace(/\.$/, "");
	return byExchange.find(([ending]) => host === ending || host.endsWith(`.${ending}`))?.[1];
}
