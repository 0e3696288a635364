import { z } from "zod";
import { AiosError, type Clock, type Logger, type Principal, type UpstreamClient } from "../../contract/index.ts";
import { type Account, createAccount } from "./account.ts";
import { discover } from "./discover.ts";
import { type Drawer, openDrawer, type Secrets } from "./kept.ts";
import { reachFrom } from "./reach.ts";
import { createSignIns, type SignIns } from "./sign-ins.ts";

export interface AccountsDeps {
	/** Where tokens and clients are kept; opened when first needed. */
	secrets(): Promise<Secrets>;
	/** Of the settings: clients arranged beforehand, by server. */
	clients: Readonly<Record<string, UpstreamClient>>;
	/** Where the assistant describes itself to authorization servers, if anywhere they can read. */
	clientMetadataUrl?: string;
	clock: Clock;
	log: Logger;
}

/** The sign-ins at all registered servers. */
export interface Accounts extends Pick<SignIns, "open" | "finish"> {
	/** The account of one address of a server; the same one each time. */
	of(server: string, url: string, onChange: () => void): Account;
	/** Keeps what an administrator arranged at a server's authorization server. */
	arrange(server: string, url: string, client: UpstreamClient): Promise<void>;
	/** Begins a sign-in at the address of the server that needs one; see {@link SignIns.begin}. */
	begin(server: string, by: Principal, redirectUrl: string): Promise<string>;
	/** Forgets the tokens of a server here and, where it can be told, there. */
	signOut(server: string): Promise<void>;
	/** Forgets everything about a server. */
	forget(server: string): Promise<void>;
}

const revocable = z.looseObject({ revocation_endpoint: z.url().optional() });

interface Place {
	account: Account;
	drawer: Drawer;
	url: string;
}

/** Opens the accounts; see {@link Accounts}. */
export function createAccounts({ secrets, clients, clientMetadataUrl, clock, log }: AccountsDeps): Accounts {
	const places = new Map<string, Map<string, Place>>();
	const drawers = new Map<string, Drawer>();
	const signIns = createSignIns({ clock, clientMetadataUrl });

	function drawerOf(server: string, url: string): Drawer {
		const key = `${server} ${url}`;
		const drawer = drawers.get(key) ?? openDrawer(secrets, server, url);
		drawers.set(key, drawer);
		return drawer;
	}
	const placesOf = (server: string) => [...(places.get(server)?.values() ?? [])];

	/** Tells the authorization server that the tokens are no longer used (RFC 7009); that may fail. */
	async function revoke(server: string, { account, url }: Place): Promise<void> {
		const [{ grant }, challenge] = await Promise.all([account.kept(), account.challenge()]);
		if (grant === undefined || challenge === undefined) return;
		const reach = reachFrom(url);
		const { metadata, issuer } = await discover(server, challenge, reach);
		const { revocation_endpoint: endpoint } = revocable.parse(metadata ?? {});
		if (issuer !== grant.issuer || endpoint === undefined) return;
		const { client_id, client_secret } = grant.client;
		const body = new URLSearchParams({ token: grant.refreshToken ?? grant.accessToken, client_id });
		if (client_secret !== undefined) body.set("client_secret", client_secret);
		await (await reach(endpoint, { method: "POST", body })).body?.cancel();
	}

	async function signOut(server: string): Promise<void> {
		for (const place of placesOf(server)) {
			await revoke(server, place).catch((error) =>
				log.info("a token is not revoked", { server, error: String(error) }),
			);
			await place.account.signOut();
		}
	}

	return {
		open: signIns.open,
		finish: signIns.finish,
		of(server, url, onChange) {
			const known = places.get(server)?.get(url);
			if (known !== undefined) return known.account;
			const drawer = drawerOf(server, url);
			const account = createAccount({ server, url, drawer, arranged: clients[server], clock, log, onChange });
			places.set(server, (places.get(server) ?? new Map()).set(url, { account, drawer, url }));
			return account;
		},
		arrange: (server, url, client) =>
			drawerOf(server, url).change(({ grant: _gone, registered: _other, ...kept }) => ({ ...kept, arranged: client })),
		async begin(server, by, redirectUrl) {
			const [first] = placesOf(server).toSorted((one, other) => rank(one) - rank(other));
			if (first === undefined) throw new AiosError("conflict", `${server} does not ask for a sign-in.`);
			return signIns.begin({ server, ...first }, by, redirectUrl);
		},
		signOut,
		async forget(server) {
			signIns.cancel(server);
			await signOut(server);
			for (const { drawer } of placesOf(server)) await drawer.empty();
			places.delete(server);
		},
	};
}

/** The address that needs a sign-in goes before those that have one. */
function rank({ account }: Place): number {
	return account.state() === "needed" ? 0 : 1;
}
