import { IssuerMismatchError, OAuthError } from "@modelcontextprotocol/client";
import { AiosError } from "../../contract/index.ts";

/** A server did not let a request in, because nobody signed in there or the sign-in no longer counts. */
export class SignInNeeded extends AiosError {
	constructor(
		server: string,
		why: string,
		/** Whether it said that it wants a token, rather than just no. */
		readonly said = true,
	) {
		super("missing_part", why, {
			spoken: `${why} An administrator can sign in on the page.`,
			fix: `An administrator signs in on the page, below Servers, or with: aios servers sign-in ${server}`,
			details: { server, sign_in: "needed" },
		});
	}
}

/**
 * What a person is told where a sign-in fails. Only the codes of OAuth are repeated: what else an authorization server
 * says could hold secrets, or words meant to mislead.
 */
export function signInFailed(server: string, thrown: unknown): AiosError {
	if (thrown instanceof AiosError) return thrown;
	const why = IssuerMismatchError.isInstance(thrown)
		? "its authorization server is not the one it says it is"
		: OAuthError.isInstance(thrown) && /^[a-z_]{1,60}$/.test(thrown.code)
			? `its authorization server answered ${thrown.code}`
			: undefined;
	if (why === undefined) {
		return new AiosError("upstream_failed", `Signing in at ${server} failed: its authorization server does not work.`, {
			cause: thrown,
		});
	}
	return new AiosError("upstream_failed", `Signing in at ${server} was refused: ${why}.`, { cause: thrown });
}
