import {
	computeScopeUnion,
	extractWWWAuthenticateParams,
	type FetchLike,
	isStrictScopeSuperset,
	OAuthError,
} from "@modelcontextprotocol/client";
import { AiosError, type Clock, type Logger, type UpstreamClient } from "../../contract/index.ts";
import { type Challenge, discover } from "./discover.ts";
import { SignInNeeded, signInFailed } from "./errors.ts";
import { obtain, refresh } from "./grants.ts";
import type { Drawer, Grant, Kept } from "./kept.ts";
import { direct, reachFrom } from "./reach.ts";

/** A token this close to its end is renewed before it is used, in milliseconds. */
const renewBeforeMs = 10_000;

/** The sign-in at one address of one server. Everybody who may use the server uses it by this one. */
export interface Account {
	/** `fetch` to that server, signed in where it demands it. A token goes to its origin only, and never along a redirect. */
	fetch: FetchLike;
	/** Why the last request was refused for want of a sign-in; undefined where none was. */
	refusal(): AiosError | undefined;
	state(): "needed" | "done" | undefined;
	/** What the server demanded last, or was signed in for; undefined where it never demanded anything. */
	challenge(): Promise<Challenge | undefined>;
	/** What an administrator arranged; see {@link UpstreamClient}. */
	arranged(): Promise<UpstreamClient | undefined>;
	kept(): Promise<Kept>;
	/** Takes a grant that a person signed in for. */
	signedIn(grant: Grant): Promise<void>;
	/** Forgets the tokens. */
	signOut(): Promise<void>;
	/** It answered: without a grant it then demands nothing any more. */
	works(): Promise<void>;
}

export interface AccountDeps {
	server: string;
	/** Where the server is registered. */
	url: string;
	drawer: Drawer;
	/** Of the settings; goes before what is kept. */
	arranged: UpstreamClient | undefined;
	clock: Clock;
	log: Logger;
	onChange(): void;
}

/** Makes the account of a server's address; see {@link Account}. */
export function createAccount(deps: AccountDeps): Account {
	const { server, url, drawer, clock, log } = deps;
	const { origin } = new URL(url);
	const reach = reachFrom(url);
	let demanded: Challenge | undefined;
	let refused: AiosError | undefined;
	let state: "needed" | "done" | undefined;
	let renewing: Promise<Grant | undefined> | undefined;

	function become(next: typeof state, why?: AiosError): void {
		const same = state === next && refused?.message === why?.message;
		refused = why;
		state = next;
		if (!same) deps.onChange();
	}

	const arranged = async () => deps.arranged ?? (await drawer.read()).arranged;
	const challengeOf = ({ endpoint, scope }: Grant): Challenge => ({ endpoint, scope, metadata: undefined, said: true });

	/** Throws SignInNeeded where somebody has to sign in, `unavailable` where it can't be known now. */
	async function next(old: Grant | undefined, challenge: Challenge): Promise<Grant> {
		const client = await arranged();
		const alone = client !== undefined && client.grant !== "authorization_code" ? client : undefined;
		if (alone === undefined && old === undefined) {
			throw new SignInNeeded(server, `${server} needs a sign-in.`, challenge.said);
		}
		const ended = new SignInNeeded(server, `The sign-in at ${server} has ended.`);
		if (alone === undefined && old?.refreshToken === undefined) throw ended;
		try {
			const authority = await discover(server, challenge, reach);
			const now = clock.now().getTime();
			if (alone !== undefined) {
				const scope = computeScopeUnion(old?.scope, challenge.scope) ?? authority.scopes ?? alone.scope;
				return await obtain(alone, authority, { scope, endpoint: challenge.endpoint, now, reach });
			}
			// What one authorization server gave says nothing to another (SEP-2352).
			if (old === undefined || old.issuer !== authority.issuer) throw ended;
			return await refresh(old, client, authority, { reach, now });
		} catch (thrown) {
			if (thrown === ended) throw thrown;
			if (alone !== undefined) throw signInFailed(server, thrown);
			if (OAuthError.isInstance(thrown) && thrown.code !== "server_error") {
				log.info("a sign-in at a server has ended", { server, code: thrown.code });
				throw ended;
			}
			throw new AiosError("unavailable", `The authorization server of ${server} does not work.`, { cause: thrown });
		}
	}

	/** One renewal at a time: a refresh token counts once. Gives undefined where it failed; `refused` then says why. */
	function renew(old: Grant | undefined, challenge: Challenge): Promise<Grant | undefined> {
		renewing ??= (async () => {
			try {
				const { grant: current } = await drawer.read();
				// Another request was quicker.
				if (current !== undefined && current.accessToken !== old?.accessToken) return current;
				const grant = await next(old, challenge);
				await drawer.change((kept) => ({ ...kept, grant }));
				return grant;
			} catch (thrown) {
				const error = AiosError.from(thrown);
				if (!(error instanceof SignInNeeded)) {
					refused = error;
					return undefined;
				}
				await drawer.change(({ grant: _gone, ...kept }) => kept);
				become("needed", error);
				return undefined;
			}
		})().finally(() => {
			renewing = undefined;
		});
		return renewing;
	}

	async function send(
		target: string | URL,
		init: RequestInit | undefined,
		grant: Grant | undefined,
	): Promise<Response> {
		if (grant === undefined) return direct(target, init);
		const headers = new Headers(init?.headers);
		headers.set("authorization", `Bearer ${grant.accessToken}`);
		return direct(target, { ...init, headers });
	}

	function needed(why: string): void {
		become("needed", new SignInNeeded(server, why));
	}

	/** Whether the server refused for want of rights; then it is known which. */
	function wantsMore(response: Response, grant: Grant | undefined): boolean {
		const { error, scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
		if (response.status !== 403 || error !== "insufficient_scope" || demanded === undefined) return false;
		const union = computeScopeUnion(grant?.scope, scope);
		demanded = { ...demanded, scope: union, metadata: resourceMetadataUrl ?? demanded.metadata };
		return isStrictScopeSuperset(union, grant?.scope);
	}

	/** Once more with what renewing gave; the refusal itself where it gave nothing. */
	async function again(response: Response, target: string | URL, init?: RequestInit, old?: Grant): Promise<Response> {
		const grant = demanded === undefined ? undefined : await renew(old, demanded);
		if (grant === undefined) return response;
		await response.body?.cancel();
		return send(target, init, grant);
	}

	/** Where what is kept can't be read, servers that demand nothing work all the same. */
	const granted = async () => (await drawer.read().catch(() => undefined))?.grant;

	async function request(target: string | URL, init?: RequestInit): Promise<Response> {
		if (new URL(target).origin !== origin) return direct(target, init);
		let grant = await granted();
		const stale = grant?.expiresAt !== undefined && grant.expiresAt - renewBeforeMs < clock.now().getTime();
		if (grant !== undefined && stale) grant = (await renew(grant, challengeOf(grant))) ?? grant;
		let response = await send(target, init, grant);
		if (response.status === 401) {
			const { scope, resourceMetadataUrl: metadata } = extractWWWAuthenticateParams(response);
			const said = /\bbearer\b/i.test(response.headers.get("www-authenticate") ?? "");
			demanded = { endpoint: String(target), metadata, scope: computeScopeUnion(grant?.scope, scope), said };
			const first = response;
			response = await again(first, target, init, grant);
			if (response !== first && response.status === 401) needed(`${server} does not accept the sign-in.`);
		}
		grant = await granted();
		if (response.status === 403 && grant !== undefined) {
			demanded ??= challengeOf(grant);
			const more = wantsMore(response, grant);
			const client = await arranged();
			if (!more) refused = notAllowed(server);
			else if (client === undefined || client.grant === "authorization_code") {
				needed(`${server} wants a sign-in with more rights for this.`);
			} else response = await again(response, target, init, grant);
		}
		// More rights that are still wanted stay wanted, though the rest works.
		if (response.ok && grant !== undefined && state !== "needed") become("done");
		return response;
	}

	return {
		fetch: request,
		refusal: () => refused,
		state: () => state,
		async challenge() {
			const { grant } = await drawer.read();
			return demanded ?? (grant === undefined ? undefined : challengeOf(grant));
		},
		arranged,
		kept: drawer.read,
		async signedIn(grant) {
			await drawer.change((kept) => ({ ...kept, grant }));
			become("done");
		},
		async signOut() {
			await drawer.change(({ grant: _gone, ...kept }) => kept);
			needed(`${server} needs a sign-in.`);
		},
		async works() {
			if ((await drawer.read()).grant === undefined) become(undefined);
		},
	};
}

function notAllowed(server: string): AiosError {
	return new AiosError("forbidden", `${server} refuses this to the account that is signed in there.`, {
		fix: "Ask whoever runs that server for the right to it.",
	});
}
