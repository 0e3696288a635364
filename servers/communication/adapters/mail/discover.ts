import { resolveMx, resolveSrv } from "node:dns/promises";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { type Endpoint, knownServers, type MailServers, serversByExchange } from "./providers.ts";

/** The network as discovery sees it. */
export interface Lookup {
	srv(name: string): Promise<{ name: string; port: number; priority: number }[]>;
	mx(domain: string): Promise<{ exchange: string; priority: number }[]>;
	/** The text at an https address, or undefined; redirects are not followed. */
	text(url: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Largest autoconfig file, in characters. */
const maxText = 200_000;
const timeoutMs = 5_000;

export const networkLookup: Lookup = {
	srv: (name) => resolveSrv(name),
	mx: (domain) => resolveMx(domain),
	async text(url, signal) {
		const response = await fetch(url, {
			redirect: "error",
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
		});
		return response.ok ? (await response.text()).slice(0, maxText) : undefined;
	},
};

/**
 * Finds the servers of a mail domain: the table of well-known providers, the domain's own autoconfig file (Thunderbird's
 * format), its SRV records (RFC 6186 and RFC 8314), and the provider that receives its mail. The address itself is told
 * nobody. Undefined where none of them says.
 */
export async function discoverServers(
	domain: string,
	lookup: Lookup,
	signal: AbortSignal,
): Promise<MailServers | undefined> {
	const known = knownServers(domain);
	if (known !== undefined) return known;
	const ways = [
		() => autoconfig(`https://autoconfig.${domain}/mail/config-v1.1.xml`, lookup, signal),
		() => autoconfig(`https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`, lookup, signal),
		() => fromSrv(domain, lookup),
		() => fromMx(domain, lookup),
	];
	for (const way of ways) {
		signal.throwIfAborted();
		const found = await way().catch(() => undefined);
		if (found !== undefined) return found;
	}
	return undefined;
}

async function fromMx(domain: string, lookup: Lookup): Promise<MailServers | undefined> {
	const hosts = (await lookup.mx(domain)).sort((a, b) => a.priority - b.priority);
	return hosts.map(({ exchange }) => serversByExchange(exchange)).find((servers) => servers !== undefined);
}

async function fromSrv(domain: string, lookup: Lookup): Promise<MailServers | undefined> {
	const first = async (service: string) => {
		const found = await lookup.srv(`_${service}._tcp.${domain}`).catch(() => []);
		// A single dot says the service is deliberately not there (RFC 2782).
		return found.filter(({ name }) => name !== "" && name !== ".").sort((a, b) => a.priority - b.priority)[0];
	};
	const [imaps, imap, submissions, submission] = await Promise.all(
		["imaps", "imap", "submissions", "submission"].map(first),
	);
	const receive = endpoint(imaps, "tls") ?? endpoint(imap, "starttls");
	const send = endpoint(submissions, "tls") ?? endpoint(submission, "starttls");
	return receive === undefined || send === undefined ? undefined : { imap: receive, smtp: send, keepsSent: false };
}

function endpoint(
	found: { name: string; port: number } | undefined,
	security: Endpoint["security"],
): Endpoint | undefined {
	return found === undefined ? undefined : { host: found.name.replace(/\.$/, ""), port: found.port, security };
}

const serverSchema = z.object({
	"@type": z.string(),
	hostname: z.string(),
	port: z.union([z.string(), z.number()]).transform(Number),
	socketType: z.string(),
});
const list = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])]);
const configSchema = z.object({
	clientConfig: z.object({
		emailProvider: z.object({ incomingServer: list(serverSchema), outgoingServer: list(serverSchema) }),
	}),
});

async function autoconfig(url: string, lookup: Lookup, signal: AbortSignal): Promise<MailServers | undefined> {
	const text = await lookup.text(url, signal);
	if (text === undefined) return undefined;
	const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", processEntities: false });
	const { emailProvider } = configSchema.parse(parser.parse(text)).clientConfig;
	const choose = (servers: z.output<typeof serverSchema>[], type: string): Endpoint | undefined => {
		const safe = servers.filter((server) => server["@type"] === type && server.socketType !== "plain");
		const best = safe.find(({ socketType }) => socketType === "SSL") ?? safe[0];
		if (best === undefined) return undefined;
		return { host: best.hostname, port: best.port, security: best.socketType === "SSL" ? "tls" : "starttls" };
	};
	const imap = choose(emailProvider.incomingServer, "imap");
	const smtp = choose(emailProvider.outgoingServer, "smtp");
	return imap === undefined || smtp === undefined ? undefined : { imap, smtp, keepsSent: false };
}
