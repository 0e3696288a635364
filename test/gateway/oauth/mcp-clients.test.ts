import * as modern from "@modelcontextprotocol/client";
import { UnauthorizedError as OldUnauthorized, auth as oldAuth } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, test } from "vitest";
import { type Kept, provider } from "./provider.ts";
import { callback, stage } from "./support.ts";

const { app, steps, cookie } = await stage({ uma: "user" });

/** A client whose person answers by script: they allow what `allow` names, or all that is asked for. */
function scripted({ allow, kept }: { allow?: string[]; kept?: Kept } = {}) {
	let answer: Promise<URL | undefined> = Promise.resolve(undefined);
	const made = provider({
		redirectUrl: callback,
		kept,
		open(address) {
			answer = steps
				.open(address.pathname + address.search, cookie)
				.then(({ body }) => steps.decide(body, cookie, allow === undefined ? {} : { scopes: allow }))
				.then(({ to }) => to);
		},
	});
	return { ...made, answer: async () => (await answer)?.searchParams ?? new URLSearchParams() };
}

test.each(["/mcp", "/mcp/files", "/mcp?search=1"])(
	"a client of today's library signs in to %s by itself",
	async (path) => {
		const authProvider = scripted();
		const url = new URL(app.url + path);
		const transport = new modern.StreamableHTTPClientTransport(url, { authProvider });
		const client = new modern.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
		await expect(client.connect(transport)).rejects.toThrow(modern.UnauthorizedError);
		await transport.finishAuth(await authProvider.answer());

		const again = new modern.StreamableHTTPClientTransport(url, { authProvider });
		const signedIn = new modern.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
		await signedIn.connect(again);
		const { tools } = await signedIn.listTools();
		expect(tools.length).toBeGreaterThan(2);
		if (!path.includes("?")) {
			const name = path === "/mcp" ? "files_write_note" : "write_note";
			expect((await signedIn.callTool({ name, arguments: {} })).isError).not.toBe(true);
			expect(app.calls.at(-1)).toMatchObject({ tool: "write_note", user: "uma" });
		}
		expect(authProvider.asked).toHaveLength(1);
		await signedIn.close();
	},
);

test("a client on the 1.x library signs in by itself, refreshes, and is out once the person says so", async () => {
	const authProvider = scripted();
	const url = new URL(`${app.url}/mcp`);
	const transport = new OldTransport(url, { authProvider });
	const client = new OldClient({ name: "old", version: "1" });
	await expect(client.connect(transport)).rejects.toThrow(OldUnauthorized);
	await transport.finishAuth((await authProvider.answer()).get("code") ?? "");
	const signedIn = new OldClient({ name: "old", version: "1" });
	await signedIn.connect(new OldTransport(url, { authProvider }));
	expect((await signedIn.listTools()).tools.map(({ name }) => name)).toContain("files_write_note");

	expect(await oldAuth(authProvider, { serverUrl: url })).toBe("AUTHORIZED");
	expect((await signedIn.callTool({ name: "files_write_note", arguments: {} })).isError).not.toBe(true);

	const as = await app.signIn("uma");
	const { applications } = (await app.send("/applications", { as })).body;
	for (const { id } of applications) await app.send(`/applications/${id}`, { method: "DELETE", as });
	const asked = authProvider.asked.length;
	await expect(signedIn.listTools()).rejects.toThrow();
	// Its refresh token is no good either, so it would have to ask the person again.
	expect(authProvider.asked.length).toBe(asked + 1);
	await signedIn.close();
});

test("a client that was allowed to read asks for more when it acts, and then may", async () => {
	const authProvider = scripted({ allow: ["read"] });
	const url = new URL(`${app.url}/mcp`);
	const first = new modern.StreamableHTTPClientTransport(url, { authProvider });
	const client = new modern.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
	await expect(client.connect(first)).rejects.toThrow(modern.UnauthorizedError);
	await first.finishAuth(await authProvider.answer());

	const moreProvider = scripted({ kept: authProvider.kept });
	const second = new modern.StreamableHTTPClientTransport(url, { authProvider: moreProvider });
	const reader = new modern.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
	await reader.connect(second);
	const before = app.calls.length;
	await expect(reader.callTool({ name: "files_write_note", arguments: {} })).rejects.toThrow();
	expect(app.calls).toHaveLength(before);
	expect(moreProvider.asked.at(-1)?.searchParams.get("scope")?.split(" ").toSorted()).toEqual(["files:write", "read"]);
	await second.finishAuth(await moreProvider.answer());
	expect((await reader.callTool({ name: "files_write_note", arguments: {} })).isError).not.toBe(true);
	await reader.close();
});
