import { AiosError, systemStatusSchema } from "../../contract/index.ts";
import type { Client } from "../client.ts";
import type { Finding } from "./finding.ts";

/** What the doctor looks at itself, in more detail than the servers tell. */
const lookedAt = new Set(["microphone", "display", "browser", "recogniser", "speaking voice"]);

/** What the servers of the running assistant miss: an editor, accounts, programs. */
export async function lookAtServers(client: () => Promise<Client>): Promise<Finding[]> {
	const asked = await client()
		.then((running) => running.request("GET", "/system/status", systemStatusSchema))
		.catch((error: unknown) => AiosError.from(error));
	if (asked instanceof AiosError) {
		const what =
			asked.code === "unavailable"
				? "AIOS is not running; while it does, this also shows what its servers miss (an editor, accounts, a phone)."
				: asked.message;
		return [{ part: "servers", ok: asked.code === "unavailable", essential: false, what }];
	}
	const missing = asked.servers.flatMap((server) =>
		server.requirements
			.filter(({ name, ok }) => !ok && !lookedAt.has(name))
			.map(({ name, detail, fix }): Finding => {
				const finding = { part: server.name, ok: false, essential: false, what: `${name}: ${detail}.` };
				return fix === undefined ? finding : { ...finding, fix };
			}),
	);
	if (missing.length > 0) return missing;
	return [{ part: "servers", ok: true, essential: false, what: "The servers have everything they can use." }];
}
