import type { CatalogueTool } from "../../contract/index.ts";

/** How tools, prompts and resources are named at one MCP endpoint of the gateway. */
export interface Naming {
	/** The server this endpoint is of; undefined where it stands for all. */
	server: string | undefined;
	/** The name of a tool or prompt as this endpoint shows it. */
	show(server: string, name: string): string;
	/** The address of a resource as this endpoint shows it. */
	showUri(server: string, uri: string): string;
	/** The server and the name behind one that was shown. */
	find(shown: string, servers: readonly string[]): { server: string; name: string } | undefined;
	findUri(shown: string, servers: readonly string[]): { server: string; uri: string } | undefined;
}

/** One server's endpoint: names as they are. */
export function plainNaming(server: string): Naming {
	return {
		server,
		show: (_server, name) => name,
		showUri: (_server, uri) => uri,
		find: (name) => ({ server, name }),
		findUri: (uri) => ({ server, uri }),
	};
}

/**
 * The endpoint of all servers: `SERVER_TOOL`, and `SERVER+scheme:…` for resources, which is a valid URI (RFC 3986 allows
 * letters, digits, + - . in a scheme; an underscore of the server's name becomes a dot).
 */
export const prefixedNaming: Naming = {
	server: undefined,
	show: (server, name) => `${server}_${name}`,
	showUri: (server, uri) => `${schemeOf(server)}+${uri}`,
	find: (shown, servers) => {
		const server = longest(servers.filter((name) => shown.startsWith(`${name}_`)));
		return server === undefined ? undefined : { server, name: shown.slice(server.length + 1) };
	},
	findUri: (shown, servers) => {
		const server = longest(servers.filter((name) => shown.startsWith(`${schemeOf(name)}+`)));
		return server === undefined ? undefined : { server, uri: shown.slice(schemeOf(server).length + 1) };
	},
};

function schemeOf(server: string): string {
	return server.replaceAll("_", ".");
}

function longest(names: readonly string[]): string | undefined {
	return names.reduce<string | undefined>((best, name) => (name.length > (best?.length ?? 0) ? name : best), undefined);
}

/**
 * Tools by the name they are shown under; made anew only when the catalogue changes. Of two that would have the same
 * (`a_b` of `c`, `b_c` of `a`) the first stays: no server takes the place of a tool of ours, which come first.
 */
export function indexTools(catalogue: readonly CatalogueTool[], naming: Naming): Map<string, CatalogueTool> {
	const tools = new Map<string, CatalogueTool>();
	for (const tool of catalogue) {
		const shown = naming.show(tool.server, tool.name);
		if ((naming.server === undefined || naming.server === tool.server) && !tools.has(shown)) tools.set(shown, tool);
	}
	return tools;
}
