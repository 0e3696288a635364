/** The addresses under which this gateway is itself, whatever a Host header claims. */
export interface Places {
	/**
	 * The origin (`http://127.0.0.1:9000`) a request with this Host header was rightly sent to; undefined for any other
	 * name or port: nothing is then said in its name.
	 */
	originOf(host: string | undefined): string | undefined;
	/** The path of the MCP endpoint a resource indicator (RFC 8707) names; undefined where it is not one of ours. */
	resourceOf(url: string): string | undefined;
}

const endpoint = /^\/mcp(?:\/([a-z0-9_-]{1,100}))?$/;

/** The path of an MCP endpoint as it stands; undefined for any other path. */
export function endpointOf(path: string): string | undefined {
	return endpoint.test(path) ? path : undefined;
}

/** The server an endpoint is of; undefined where it stands for all. */
export function serverOf(resource: string): string | undefined {
	return endpoint.exec(resource)?.[1];
}

/**
 * Own names with the own port, and whole addresses from the settings (a proxy with a certificate, a forwarded port).
 * `port` is asked late: it is known once the gateway listens.
 */
export function createPlaces(deps: { hosts: readonly string[]; origins: readonly string[]; port(): number }): Places {
	const hosts = new Set(deps.hosts.map((host) => host.toLowerCase()));

	function originOf(host: string | undefined): string | undefined {
		const given = URL.parse(`http://${host ?? ""}`);
		if (given === null || given.username !== "" || given.pathname !== "/" || given.search !== "" || given.hash !== "") {
			return undefined;
		}
		const configured = deps.origins.find((origin) => new URL(origin).host === given.host);
		if (configured !== undefined) return configured;
		const port = given.port === "" ? 80 : Number(given.port);
		return hosts.has(given.hostname) && port === deps.port() ? given.origin : undefined;
	}

	return {
		originOf,
		resourceOf(text) {
			const url = URL.parse(text);
			if (url === null || text.includes("#") || url.username !== "" || url.password !== "") return undefined;
			const own = deps.origins.includes(url.origin) || (url.protocol === "http:" && originOf(url.host) === url.origin);
			return own ? endpointOf(url.pathname.replace(/\/$/, "")) : undefined;
		},
	};
}
