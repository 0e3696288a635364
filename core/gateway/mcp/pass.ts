import { z } from "zod";
import { AiosError, type Logger } from "../../contract/index.ts";
import type { McpPassed, Orchestrator } from "../../orchestrator/index.ts";
import type { Naming } from "./names.ts";

/** A server that has not answered a listing by then is left out of it, in milliseconds. */
const listMs = 3_000;
/** Pages taken of one server's listing: an endless one must end. */
const maxPages = 50;

const rowSchema = z.looseObject({
	name: z.string().optional(),
	uri: z.string().optional(),
	uriTemplate: z.string().optional(),
});
type Row = z.output<typeof rowSchema>;

export interface Passing {
	/** Rows of a listing of every server that offers it; one that is dead or hangs delays nobody and is left out. */
	list(method: McpPassed, what: "resources" | "prompts", key: string): Promise<Row[]>;
	/** Sends a request to one server as it is. */
	send(
		server: string,
		method: McpPassed,
		params: Record<string, unknown>,
		signal: AbortSignal,
	): Promise<Record<string, unknown>>;
}

/** Passes what MCP servers offer beyond tools, under the names of an endpoint. */
export function createPassing(deps: {
	orchestrator: Pick<Orchestrator, "mcp" | "registered">;
	naming: Naming;
	log: Logger;
}): Passing {
	const { orchestrator, naming, log } = deps;
	const servers = () =>
		orchestrator.registered().filter((name) => naming.server === undefined || naming.server === name);

	async function listOne(
		server: string,
		method: McpPassed,
		what: "resources" | "prompts",
		key: string,
	): Promise<Row[]> {
		const line = await orchestrator.mcp(server);
		if (line === undefined || !line.offers(what)) return [];
		const signal = AbortSignal.timeout(listMs);
		const rows: Row[] = [];
		let cursor: unknown;
		for (let page = 0; page < maxPages; page++) {
			const result = await line.request(method, cursor === undefined ? {} : { cursor }, signal);
			rows.push(...z.array(rowSchema).parse(result[key] ?? []));
			cursor = result.nextCursor;
			if (cursor === undefined) break;
		}
		return rows.map((row) => renamed(row, server, what));
	}

	function renamed(row: Row, server: string, what: "resources" | "prompts"): Row {
		if (what === "prompts") return { ...row, name: naming.show(server, row.name ?? "") };
		return {
			...row,
			...(row.uri === undefined ? {} : { uri: naming.showUri(server, row.uri) }),
			...(row.uriTemplate === undefined ? {} : { uriTemplate: naming.showUri(server, row.uriTemplate) }),
		};
	}

	return {
		async list(method, what, key) {
			const late = new Promise<Row[]>((resolve) => setTimeout(resolve, listMs, []).unref());
			const listings = servers().map((server) =>
				Promise.race([listOne(server, method, what, key), late]).catch((error) => {
					log.debug("a server is left out of a listing", { server, method, error: String(error) });
					return [];
				}),
			);
			return (await Promise.all(listings)).flat();
		},
		async send(server, method, params, signal) {
			const line = await orchestrator.mcp(server);
			if (line === undefined) throw new AiosError("not_found", `${server} offers nothing of that kind.`);
			return line.request(method, params, signal);
		},
	};
}
