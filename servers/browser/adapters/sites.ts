import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { AiosError } from "../../../core/contract/index.ts";
import { isPublicAddress } from "../../../core/net/index.ts";
import { canonicalHost, isWithin } from "./address.ts";
import type { BrowserSettings } from "./settings.ts";

/** Which hosts may be reached, and at which addresses. */
export interface Sites {
	/**
	 * An address a person or a model gave, as a URL that may be opened: http or https, no name and password in it, no
	 * site that is blocked. Throws `bad_request` or `forbidden`.
	 */
	open(text: string): URL;
	/** Throws `forbidden` where the lists or a private address given as a number close a host. */
	check(host: string, port: number): void;
	/**
	 * The addresses behind a host, each allowed: whoever connects to one of them, and to nothing resolved later,
	 * can't be led elsewhere by a name that changes. Throws `forbidden`, or `not_found` for a name nobody has.
	 */
	addresses(host: string, port: number): Promise<string[]>;
}

export interface SitesDeps extends Pick<BrowserSettings, "allowedSites" | "blockedSites" | "privateHosts"> {
	/** Resolves a name to all its addresses. */
	resolve?(host: string): Promise<string[]>;
}

/** Schemes are told from "host:port" by what follows the colon. */
const scheme = /^[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#]|$))/i;

/** Makes the rules from the settings. A host is judged in its canonical form, so no spelling of it makes a difference. */
export function createSites({ allowedSites, blockedSites, privateHosts, resolve = resolveAll }: SitesDeps): Sites {
	const allowed = allowedSites.map(siteOf);
	const blocked = blockedSites.map(siteOf);
	const privates = privateHosts.map(privateHost);

	const known = (host: string) => {
		const name = canonicalHost(host);
		if (name === undefined) throw new AiosError("bad_request", `"${host.slice(0, 200)}" is not the name of a site.`);
		return name;
	};
	const check = (host: string, port: number) => {
		const name = known(host);
		if (blocked.some((site) => covers(site, name))) throw closed(name, "is on the list of blocked sites");
		if (allowed.length > 0 && !allowed.some((site) => covers(site, name))) {
			throw closed(name, "is not on the list of allowed sites");
		}
		if (ipaddr.isValid(name) && !isPublicAddress(name) && !isAllowedPrivate(name, port)) throw isPrivate(name);
	};
	const isAllowedPrivate = (name: string, port: number) =>
		privates.some((one) => (one.port ?? port) === port && (one.host === name || isWithin(name, one.host)));

	return {
		check,
		open(text) {
			const url = parse(text);
			check(url.hostname, portOf(url));
			return url;
		},
		async addresses(host, port) {
			check(host, port);
			const name = known(host);
			if (ipaddr.isValid(name)) return [name];
			const found = await resolve(name);
			if (found.length === 0) throw noSuchSite(name);
			if (isAllowedPrivate(name, port)) return found;
			// One private address among public ones is how a name is turned against the network it is looked up from.
			if (!found.every(isPublicAddress)) throw isPrivate(name);
			return found;
		},
	};
}

export function portOf(url: URL): number {
	if (url.port !== "") return Number(url.port);
	return url.protocol === "https:" ? 443 : 80;
}

function parse(text: string): URL {
	const trimmed = text.trim();
	const bad = (reason: string) =>
		new AiosError("bad_request", `"${trimmed.slice(0, 200)}" ${reason}.`, {
			spoken: "That is not an address I can open.",
			fix: "Give the address of a web page, as in https://example.com/page.",
		});
	if (trimmed === "" || /[\p{Cc}\s\\]/u.test(trimmed)) throw bad("is not the address of a web page");
	const local = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[)/i.test(trimmed);
	const url = URL.parse(scheme.test(trimmed) ? trimmed : `${local ? "http" : "https"}://${trimmed}`);
	if (url === null) throw bad("is not the address of a web page");
	if (url.protocol !== "http:" && url.protocol !== "https:") throw bad("is not a page of the web (http or https)");
	if (url.username !== "" || url.password !== "")
		throw bad("has a name and password in it, which hides where it leads");
	return url;
}

function siteOf(text: string): string {
	return canonicalHost(text.replace(/^\*?\./, "")) ?? text;
}

function covers(site: string, name: string): boolean {
	return name === site || name.endsWith(`.${site}`);
}

function privateHost(text: string): { host: string; port?: number } {
	const [, written = text, port] = /^(\[.*\]|[^:]*):(\d{1,5})$/.exec(text) ?? [];
	const host = written.includes("/") ? written : (canonicalHost(written) ?? written);
	return { host, ...(port === undefined ? {} : { port: Number(port) }) };
}

async function resolveAll(host: string): Promise<string[]> {
	try {
		return (await lookup(host, { all: true })).map(({ address }) => address);
	} catch (cause) {
		throw noSuchSite(host, cause);
	}
}

function noSuchSite(host: string, cause?: unknown): AiosError {
	return new AiosError("not_found", `No site with the name ${host} was found.`, {
		fix: "Check the name and the connection to the internet.",
		cause,
	});
}

function closed(host: string, reason: string): AiosError {
	return new AiosError("forbidden", `${host} ${reason}.`, {
		fix: "An administrator can change the lists in the settings of the browser.",
		spoken: `I may not open ${host}: it ${reason}.`,
	});
}

function isPrivate(host: string): AiosError {
	return new AiosError("forbidden", `${host} belongs to this machine or its own network, which pages may not reach.`, {
		fix: "An administrator can add it to privateHosts in the settings of the browser.",
		spoken: `${host} belongs to this machine or its own network, so I leave it alone.`,
	});
}
