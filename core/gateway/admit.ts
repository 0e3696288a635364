import type { Principal } from "../contract/index.ts";
import type { GatewayBindings, GatewayDeps } from "./types.ts";

/**
 * Who sends a request, counted against what they may call in a minute; `resource` as in {@link Authenticator}. Throws
 * `unauthenticated` and `rate_limited`.
 */
export type Admit = (request: Request, env: GatewayBindings, resource?: string) => Principal | Promise<Principal>;

/** Lets in who has credentials and has not called too often. */
export function createAdmission({ authenticator, count }: Pick<GatewayDeps, "authenticator" | "count">): Admit {
	function admitted(user: Principal, env: GatewayBindings): Principal {
		env.stay?.();
		count(user);
		return user;
	}
	return (request, env, resource) => {
		const user = authenticator.authenticate(request, resource);
		// Not async: most people are known already.
		return user instanceof Promise ? user.then((found) => admitted(found, env)) : admitted(user, env);
	};
}
