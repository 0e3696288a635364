import { z } from "zod";

const domain = /^(?:\*?\.)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?$/u;
const address6 = /^(?:[0-9a-f:.]*:[0-9a-f:.]*|\[[0-9a-f:.]+\])$/;

/** A site: its domain with all below it ("example.com"), or an address ("192.0.2.7"). */
const site = z
	.string()
	.transform((text) => text.trim().toLowerCase())
	.refine((text) => domain.test(text) || address6.test(text), "expected a domain or an address, as in example.com");

/** A host or a range of addresses, with a port where only that is meant. */
const host = z
	.string()
	.transform((text) => text.trim().toLowerCase())
	.refine((text) => {
		if (address6.test(text)) return true;
		const [name = ""] = text.split(/(?:\/\d{1,3}|:\d{1,5})$/, 1);
		return domain.test(name) || address6.test(name);
	}, "expected a host, an address or a range, as in nas.home:8080 or 192.168.1.0/24");

/** Settings of the browser server. No tool can change them. */
export const browserSettings = z.strictObject({
	/** The Chrome, Chromium or kin to run; by default the installed one is found. */
	executable: z.string().min(1).optional(),
	/** Shows the browser's window; by default pages are seen through screenshots only. */
	visible: z.boolean().default(false),
	/** When given, nothing else may be reached, not even for a part of a page. */
	allowedSites: z.array(site).max(10_000).default([]),
	/** Never reached, in whatever way an address is written. */
	blockedSites: z.array(site).max(100_000).default([]),
	/**
	 * Hosts of this machine or its own network that pages may reach all the same: a name ("nas.home"), an address or a
	 * range ("192.168.1.0/24"), each with `:port` behind it where only that port is meant.
	 */
	privateHosts: z.array(host).max(1_000).default([]),
	/** Where downloads, PDFs and screenshots go unless a path is said; relative to the first allowed folder. */
	downloadFolder: z.string().min(1).default("Downloads"),
	/** Largest download, megabytes. */
	downloadMb: z.number().int().min(1).max(1_000_000).default(2_000),
	/** Tabs one person may have open. */
	tabsPerUser: z.number().int().min(1).max(100).default(20),
	/** Minutes without use after which the browser is closed; it opens again when needed. */
	idleMinutes: z.number().min(0.01).max(1_440).default(15),
	/** Seconds the browser may take to answer anything before a page is taken for stuck. */
	answerSeconds: z.number().min(1).max(300).default(40),
	search: z
		.strictObject({
			engine: z.enum(["duckduckgo", "searxng", "brave"]).default("duckduckgo"),
			/** Address of the engine; needed for SearXNG. */
			url: z.url({ protocol: /^https?$/ }).optional(),
			/** The subscription token of the Brave Search API. */
			key: z.string().min(1).optional(),
		})
		.refine(({ engine, url }) => engine !== "searxng" || url !== undefined, {
			path: ["url"],
			message: "expected the address of the SearXNG to use",
		})
		.refine(({ engine, key }) => engine !== "brave" || key !== undefined, {
			path: ["key"],
			message: "expected a subscription token of the Brave Search API",
		})
		.prefault({}),
});

export type BrowserSettings = z.output<typeof browserSettings>;
