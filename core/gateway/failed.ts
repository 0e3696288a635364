import { HTTPException } from "hono/http-exception";
import { AiosError, type Logger, type Principal } from "../contract/index.ts";
import { problemResponse } from "../surface/index.ts";
import type { AuditEntry } from "./audit-log.ts";
import type { GatewayBindings } from "./types.ts";

/** What is known of a request that failed; the user once the checks let them in. */
interface Failure {
	request: Request;
	env: GatewayBindings;
	user: Principal | undefined;
}

/** Makes the answer to a request that failed, and writes down what nobody else does. */
export function createFailed({ audit, log }: { audit(entry: AuditEntry): void; log: Logger }) {
	return (thrown: unknown, { request: { method, url }, env, user }: Failure): Response => {
		// A body that is not JSON, or not said to be.
		if (thrown instanceof HTTPException && thrown.status < 500) {
			return problemResponse(new AiosError("bad_request", `${thrown.message}.`), {}, thrown.status);
		}
		const error = AiosError.from(thrown);
		const path = new URL(url).pathname;
		// A call of a tool that was refused is a Reply, and kept with its turn.
		if (error.code === "forbidden" && user !== undefined) {
			const target = `${method} ${path}`;
			audit({ action: "request", target, outcome: "denied", origin: env.from ?? "", code: error.code, user });
		}
		if (error.code !== "internal") return problemResponse(error);
		// What went wrong is in the log alone; this leads there.
		const request = crypto.randomUUID();
		log.error("a request failed", { request, method, path, error: error.message, stack: error.stack });
		return problemResponse(error, { "x-request-id": request });
	};
}
