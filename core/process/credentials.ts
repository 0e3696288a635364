import { AiosError, type Clock, type Principal } from "../contract/index.ts";

/** The orchestrator's tokens are remembered this long; they live longer, and only it has them. */
const rememberedMs = 30_000;
const capacity = 1_000;

export interface RemoteAuthenticator {
	/** Who a request is made for. Throws `unauthenticated`. */
	authenticate(request: Request): Promise<Principal> | Principal;
	/** Whether the orchestrator carries this caller's call: then it asked first where it must, and keeps the audit log. */
	carries(principal: Principal): boolean;
}

/**
 * Makes the check of credentials for a server's process, which has no keys itself: the main process says who a caller
 * is. The orchestrator's own tokens are remembered for a while; a person's are asked about each time, so that a
 * revocation counts at once.
 */
export function createRemoteAuthenticator(deps: {
	ask(credential: string): Promise<Principal>;
	clock: Clock;
}): RemoteAuthenticator {
	const known = new Map<string, { principal: Principal; until: number }>();
	const carried = new WeakSet<Principal>();
	return {
		carries: (principal) => carried.has(principal),
		authenticate(request) {
			const credential = credentialOf(request.headers);
			if (credential === undefined) throw new AiosError("unauthenticated", "Sign in first.");
			const now = deps.clock.now().getTime();
			const entry = known.get(credential);
			if (entry !== undefined && entry.until > now) return entry.principal;
			return deps.ask(credential).then((principal) => {
				if (isServerToken(credential)) {
					if (known.size >= capacity) known.clear();
					known.set(credential, { principal, until: now + rememberedMs });
					carried.add(principal);
				}
				return principal;
			});
		},
	};
}

function credentialOf(headers: Headers): string | undefined {
	return /^Bearer +([^\s]+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? headers.get("x-api-key") ?? undefined;
}

/** Whether the token claims the audience of one server. Only tokens that passed the real check get here. */
function isServerToken(token: string): boolean {
	const payload = token.split(".")[1];
	if (payload === undefined) return false;
	try {
		const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
		return typeof claims === "object" && claims !== null && String(Reflect.get(claims, "aud")).includes(":");
	} catch {
		return false;
	}
}
