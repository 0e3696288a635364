import { createOAuthDeviceAuth } from "@octokit/auth-oauth-device";
import { request as octokitRequest } from "@octokit/request";
import { AiosError, type Clock } from "../../../core/contract/index.ts";
import type { Credentials } from "../../../core/credentials/index.ts";

/** What a person types in on GitHub's page to sign in. */
export interface DeviceCode {
	code: string;
	address: string;
	expires: Date;
}

/** The GitHub accounts of people: each their own token, kept as credentials are. */
export interface Accounts {
	/** The person's token, or the one of the settings. Throws `unauthenticated` where there is none. */
	token(owner: string): Promise<string>;
	/** Whether the settings name the app that people sign in with. */
	canSignIn: boolean;
	/** Begins a sign-in; the token is kept as soon as the person has entered the code. */
	begin(owner: string): Promise<DeviceCode>;
	/** How a sign-in that was begun goes on. */
	state(owner: string): "none" | "waiting" | "signed in" | "failed";
	set(owner: string, token: string): Promise<void>;
	remove(owner: string): Promise<void>;
}

/** What to do where nobody can sign in. */
export const howToSignIn =
	"Set servers.github.clientId to that of an OAuth app with device flow, or servers.github.token to a personal token.";

interface Deps {
	credentials: () => Promise<Credentials>;
	clientId: string | undefined;
	settingsToken: string | undefined;
	/** Address of the website, which is not the API's. */
	webUrl: string;
	clock: Clock;
}

/** Signs people in by GitHub's device flow (RFC 8628), which needs no secret of ours and no address to come back to. */
export function createAccounts({ credentials, clientId, settingsToken, webUrl, clock }: Deps): Accounts {
	const states = new Map<string, "waiting" | "failed">();
	const nameOf = (owner: string) => `token:${owner}`;
	return {
		canSignIn: clientId !== undefined,
		async token(owner) {
			const own = await (await credentials()).get(nameOf(owner));
			const token = own ?? settingsToken;
			if (token !== undefined) return token;
			throw new AiosError("unauthenticated", "No GitHub account is connected.", {
				spoken: "You are not signed in to GitHub.",
				fix: 'Say "sign in to GitHub", or set servers.github.token.',
			});
		},
		async begin(owner) {
			if (clientId === undefined) {
				throw new AiosError("missing_part", "Signing in needs the id of an OAuth app, and none is set.", {
					fix: howToSignIn,
				});
			}
			states.set(owner, "waiting");
			const { promise: shown, resolve: show, reject: refuse } = Promise.withResolvers<DeviceCode>();
			const auth = createOAuthDeviceAuth({
				clientType: "oauth-app",
				clientId,
				scopes: ["repo", "workflow"],
				request: octokitRequest.defaults({ baseUrl: webUrl }),
				onVerification({ user_code, verification_uri, expires_in }) {
					const expires = new Date(clock.now().getTime() + expires_in * 1000);
					show({ code: user_code, address: verification_uri, expires });
				},
			});
			auth({ type: "oauth" })
				.then(async ({ token }) => {
					await (await credentials()).set(nameOf(owner), token);
					states.delete(owner);
				})
				.catch((cause: unknown) => {
					states.set(owner, "failed");
					refuse(
						new AiosError("unavailable", "GitHub's sign-in can't be reached.", {
							fix: "Try again when the network is there.",
							cause,
						}),
					);
				});
			return await shown;
		},
		state: (owner) => states.get(owner) ?? "none",
		async set(owner, token) {
			await (await credentials()).set(nameOf(owner), token);
			states.delete(owner);
		},
		async remove(owner) {
			await (await credentials()).delete(nameOf(owner));
			states.delete(owner);
		},
	};
}
