import type { FetchLike } from "@modelcontextprotocol/client";
import { AiosError } from "../../contract/index.ts";
import { leadsInside } from "../address.ts";

/** Longest an authorization server may take for one answer, in milliseconds. */
const answerMs = 10_000;

/** Redirects could lead to an address nobody approved, and take what is sent along. */
export const direct: FetchLike = (url, init) => fetch(url, { ...init, redirect: "error" });

/**
 * How the authorization server of a server is asked: that server names it, so one outside must not lead the assistant to
 * addresses of this machine or network.
 */
export function reachFrom(server: string): FetchLike {
	return async (url, init) => {
		if ((await leadsInside(new URL(url))) && !(await leadsInside(new URL(server)))) {
			throw new AiosError("forbidden", "The server names an authorization server within this machine or network.");
		}
		const limit = AbortSignal.timeout(answerMs);
		return direct(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
	};
}
