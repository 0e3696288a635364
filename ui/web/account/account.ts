import { z } from "zod";
import { type TokenRequest, tokenAnswerSchema } from "../../../core/contract/index.ts";
import { createStore, type Store } from "../parts/store.ts";

const grantSchema = tokenAnswerSchema.pick({ access_token: true, expires_in: true, user: true });
const savedSchema = z.object({ token: z.string(), expiresAt: z.number(), name: z.string() });
const problemSchema = z.object({
	detail: z.string().optional(),
	title: z.string().optional(),
	fix: z.string().optional(),
});

const storageKey = "aios.access";

export type AccountState =
	| { state: "checking" }
	| { state: "signed-in"; expiresAt: number }
	| { state: "signed-out"; message?: string };

export interface Account extends Pick<Store<AccountState, never>, "get" | "subscribe"> {
	/** Signs in from the address's one-time token, the saved access token or the refresh cookie, in this order. */
	begin(): Promise<void>;
	signIn(username: string, password: string): Promise<void>;
	/** Sets a new password where the one there is now is shown. Rejects with what is wrong. */
	changePassword(current: string, wanted: string): Promise<void>;
	/** Ends the sign-in here and, as far as it can be reached, at the server. */
	signOut(): void;
	token(): string | undefined;
	/** Whose sign-in it is. */
	name(): string | undefined;
	/** Gets a fresh access token; false (and signed out) where the server refuses. Rejects when it can't be reached. */
	renew(): Promise<boolean>;
	/** `fetch` with the access token, renewed once when it is refused. */
	fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** The person's sign-in. The access token lives in memory and sessionStorage, the refresh token in an HttpOnly cookie. */
export function createAccount(): Account {
	const store = createStore<AccountState, AccountState>((_, next) => next, { state: "checking" });
	let access: z.output<typeof savedSchema> | undefined = readSaved();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let renewal: Promise<boolean> | undefined;

	function take(grant: z.output<typeof grantSchema>) {
		access = { token: grant.access_token, expiresAt: Date.now() + grant.expires_in * 1_000, name: grant.user.name };
		sessionStorage.setItem(storageKey, JSON.stringify(access));
		resume();
	}

	function resume() {
		if (access === undefined) return;
		clearTimeout(timer);
		// Four fifths into its life leaves time for a slow network; a week's token still fits into setTimeout.
		const wait = Math.min(Math.max(5_000, (access.expiresAt - Date.now()) * 0.8), 2 ** 31 - 1);
		timer = setTimeout(() => void account.renew().catch(() => resume()), wait);
		store.dispatch({ state: "signed-in", expiresAt: access.expiresAt });
	}

	function forget(message?: string) {
		clearTimeout(timer);
		access = undefined;
		sessionStorage.removeItem(storageKey);
		store.dispatch({ state: "signed-out", message });
	}

	async function ask(body: TokenRequest): Promise<Response> {
		return fetch("/token", {
			method: "POST",
			credentials: "same-origin",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	}

	const account: Account = {
		get: store.get,
		subscribe: store.subscribe,
		async begin() {
			const oneTime = takeOneTimeToken();
			if (oneTime !== undefined) {
				const response = await ask({ grant_type: "one_time_token", token: oneTime }).catch(() => undefined);
				if (response?.ok) return take(grantSchema.parse(await response.json()));
			}
			if (access !== undefined && access.expiresAt > Date.now() + 5_000) return resume();
			if (await account.renew().catch(() => false)) return;
			forget(oneTime === undefined ? undefined : "That sign-in link has been used or is too old.");
		},
		async signIn(username, password) {
			const response = await ask({ username, password });
			if (!response.ok) throw new Error(await problemOf(response));
			take(grantSchema.parse(await response.json()));
		},
		async changePassword(current, wanted) {
			const response = await account.fetch(`/users/${encodeURIComponent(access?.name ?? "")}`, {
				method: "PATCH",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ password: wanted, current_password: current }),
			});
			if (!response.ok) throw new Error(await problemOf(response));
		},
		signOut() {
			void fetch("/token/revoke", { method: "POST", credentials: "same-origin" }).catch(() => undefined);
			forget();
		},
		token: () => access?.token,
		name: () => access?.name,
		renew() {
			renewal ??= alone(async () => {
				const response = await ask({ grant_type: "refresh_token" });
				if (response.ok) take(grantSchema.parse(await response.json()));
				else if (response.status >= 500 || response.status === 429) throw new Error(await problemOf(response));
				else if (store.get().state === "signed-in") forget("Your sign-in has ended. Sign in to go on.");
				return response.ok;
			}).finally(() => {
				renewal = undefined;
			});
			return renewal;
		},
		async fetch(path, init = {}) {
			const send = () => {
				const headers = new Headers(init.headers);
				if (access !== undefined) headers.set("authorization", `Bearer ${access.token}`);
				return fetch(path, { ...init, headers });
			};
			const response = await send();
			return response.status === 401 && (await account.renew()) ? send() : response;
		},
	};
	return account;
}

/** Runs in one tab at a time: a refresh token works once, and the tabs share its cookie. */
async function alone(work: () => Promise<boolean>): Promise<boolean> {
	return navigator.locks === undefined ? work() : navigator.locks.request("aios.renew", work);
}

/** Takes the one-time token out of the address at once, so that it stays in no history, bookmark or referrer. */
function takeOneTimeToken(): string | undefined {
	const address = new URL(location.href);
	const token = address.searchParams.get("token") ?? undefined;
	if (token === undefined) return undefined;
	address.searchParams.delete("token");
	history.replaceState(null, "", address.pathname + address.search + address.hash);
	return token;
}

function readSaved(): z.output<typeof savedSchema> | undefined {
	try {
		return savedSchema.safeParse(JSON.parse(sessionStorage.getItem(storageKey) ?? "null")).data;
	} catch {
		return undefined;
	}
}

/** What a refused request says, for a person to read. */
export async function problemOf(response: Response): Promise<string> {
	const problem = problemSchema.safeParse(await response.json().catch(() => ({})));
	const said = [problem.data?.detail ?? problem.data?.title, problem.data?.fix].filter(Boolean).join(" ");
	return said === "" ? `The server answered ${response.status}.` : said;
}
