import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { AiosError, abortError, type Clock } from "../../../../core/contract/index.ts";
import type { CommunicationSettings } from "../settings.ts";

/** Where a provider signs people in. Google: developers.google.com/identity; Microsoft: learn.microsoft.com/entra. */
const known: Readonly<Record<string, { tokenUrl: string; authorizeUrl: string; deviceUrl?: string; scope: string }>> = {
	google: {
		tokenUrl: "https://oauth2.googleapis.com/token",
		authorizeUrl: "https://accounts.google.com/o/oauth2/v2/auth",
		scope: "https://mail.google.com/",
	},
	microsoft: {
		tokenUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
		authorizeUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
		deviceUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode",
		scope:
			"https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access openid email",
	},
};

const tokenSchema = z.object({
	access_token: z.string().min(1),
	refresh_token: z.string().min(1).optional(),
	expires_in: z.number().default(3600),
});
const deviceSchema = z.object({
	device_code: z.string(),
	user_code: z.string(),
	verification_uri: z.string().optional(),
	verification_url: z.string().optional(),
	expires_in: z.number().default(900),
	interval: z.number().default(5),
});
const failureSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** A token this close to its end is renewed, in milliseconds. */
const marginMs = 60_000;
const requestMs = 15_000;
/** How long a person has to sign in on the provider's page. */
const signInMs = 5 * 60_000;

export interface Tokens {
	access: string;
	refresh: string | undefined;
	/** Milliseconds since 1970. */
	until: number;
}

export interface SignIn {
	/** The page to open. */
	url: string;
	/** What to type there, where the provider asks for a code. */
	code: string | undefined;
	/** Settles when the person is done there. */
	tokens: Promise<Tokens>;
}

export interface OAuth {
	/** Whether a provider of that name can be used. */
	has(provider: string): boolean;
	/** A new access token. Throws `forbidden` where the sign-in has ended. */
	refresh(provider: string, refreshToken: string, signal: AbortSignal): Promise<Tokens>;
	/** Begins a sign-in: by code on any device (RFC 8628) where the provider has it, else back to this machine with PKCE (RFC 8252). */
	begin(provider: string, address: string, signal: AbortSignal): Promise<SignIn>;
	expired(tokens: Tokens): boolean;
}

/** Sign-in at mail providers by OAuth 2. */
export function createOAuth(settings: CommunicationSettings["mail"]["oauth"], clock: Clock): OAuth {
	function provider(name: string) {
		const own = settings[name];
		const usual = known[name];
		const tokenUrl = own?.tokenUrl ?? usual?.tokenUrl;
		const scope = own?.scope ?? usual?.scope;
		if (own === undefined || tokenUrl === undefined || scope === undefined) {
			throw new AiosError("missing_part", `Sign-in with ${name} is not set up.`, {
				fix: `Register an application with the provider and put its client id into the settings (mail.oauth.${name}.clientId), or use an app password.`,
			});
		}
		return {
			clientId: own.clientId,
			clientSecret: own.clientSecret,
			tokenUrl,
			scope,
			authorizeUrl: own.authorizeUrl ?? usual?.authorizeUrl,
			deviceUrl: own.deviceUrl ?? usual?.deviceUrl,
		};
	}
	type Provider = ReturnType<typeof provider>;

	async function post(url: string, form: Record<string, string | undefined>, signal: AbortSignal): Promise<unknown> {
		const body = new URLSearchParams();
		for (const [key, value] of Object.entries(form)) if (value !== undefined) body.set(key, value);
		const response = await fetch(url, {
			method: "POST",
			body,
			redirect: "error",
			headers: { accept: "application/json" },
			signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
		}).catch((cause: unknown) => {
			if (signal.aborted) throw abortError(signal);
			throw new AiosError("unavailable", "The sign-in server can't be reached.", { cause });
		});
		return response.json().catch(() => ({ error: `status ${response.status}` }));
	}

	function tokens(answer: unknown): Tokens {
		const failed = failureSchema.safeParse(answer);
		if (failed.success) {
			throw new AiosError("forbidden", `The sign-in failed: ${failed.data.error_description ?? failed.data.error}`, {
				spoken: "The mail provider ended the sign-in.",
				fix: "Sign in again with sign_in_email.",
				details: { error: failed.data.error },
			});
		}
		const { access_token, refresh_token, expires_in } = tokenSchema.parse(answer);
		return { access: access_token, refresh: refresh_token, until: clock.now().getTime() + expires_in * 1000 };
	}

	async function byDevice(to: Provider, deviceUrl: string, signal: AbortSignal): Promise<SignIn> {
		const { clientId: client_id, clientSecret: client_secret, scope } = to;
		const asked = deviceSchema.parse(await post(deviceUrl, { client_id, scope }, signal));
		const until = clock.now().getTime() + Math.min(asked.expires_in * 1000, signInMs);
		const poll = async (intervalMs: number): Promise<Tokens> => {
			await new Promise<void>((resolve) => clock.after(intervalMs, resolve));
			signal.throwIfAborted();
			const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
			const form = { grant_type, device_code: asked.device_code, client_id, client_secret };
			const answer = await post(to.tokenUrl, form, signal);
			const failed = failureSchema.safeParse(answer);
			const waiting = failed.success && ["authorization_pending", "slow_down"].includes(failed.data.error);
			if (!waiting || clock.now().getTime() > until) return tokens(answer);
			// RFC 8628 3.5: five seconds more for every "slow down".
			return poll(failed.data.error === "slow_down" ? intervalMs + 5_000 : intervalMs);
		};
		const url = asked.verification_uri ?? asked.verification_url ?? "";
		return { url, code: asked.user_code, tokens: poll(asked.interval * 1000) };
	}

	function byRedirect(to: Provider, authorizeUrl: string, address: string, signal: AbortSignal): SignIn {
		const verifier = randomBytes(32).toString("base64url");
		const state = randomBytes(16).toString("base64url");
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		const listener = Bun.serve({
			hostname: "127.0.0.1",
			port: 0,
			fetch(request) {
				const { pathname, searchParams } = new URL(request.url);
				if (pathname !== "/" || searchParams.get("state") !== state) return new Response("Not found", { status: 404 });
				const code = searchParams.get("code");
				if (code === null) reject(new AiosError("forbidden", "The sign-in was refused on the provider's page."));
				else resolve(code);
				return new Response("You can close this window and go back to AIOS.");
			},
		});
		const redirect_uri = `http://127.0.0.1:${listener.port}/`;
		const stop = clock.after(signInMs, () => reject(new AiosError("timeout", "Nobody signed in within five minutes.")));
		const onAbort = () => reject(abortError(signal));
		signal.addEventListener("abort", onAbort, { once: true });
		const done = promise
			.then((code) => {
				const { clientId: client_id, clientSecret: client_secret } = to;
				const form = { grant_type: "authorization_code", code, redirect_uri, client_id, client_secret };
				return post(to.tokenUrl, { ...form, code_verifier: verifier }, signal);
			})
			.then(tokens)
			.finally(() => {
				stop();
				signal.removeEventListener("abort", onAbort);
				void listener.stop();
			});
		const url = new URL(authorizeUrl);
		const query = {
			response_type: "code",
			client_id: to.clientId,
			redirect_uri,
			scope: to.scope,
			state,
			code_challenge: createHash("sha256").update(verifier).digest("base64url"),
			code_challenge_method: "S256",
			login_hint: address,
			access_type: "offline",
			prompt: "consent",
		};
		for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
		return { url: url.href, code: undefined, tokens: done };
	}

	return {
		has: (name) => settings[name] !== undefined,
		async refresh(name, refreshToken, signal) {
			const { tokenUrl, clientId: client_id, clientSecret: client_secret } = provider(name);
			const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id, client_secret };
			return tokens(await post(tokenUrl, form, signal));
		},
		async begin(name, address, signal) {
			const to = provider(name);
			if (to.deviceUrl !== undefined) return byDevice(to, to.deviceUrl, signal);
			if (to.authorizeUrl !== undefined) return byRedirect(to, to.authorizeUrl, address, signal);
			throw new AiosError("missing_part", `The settings of ${name} have no address to sign in at.`);
		},
		expired: ({ until }) => until - marginMs <= clock.now().getTime(),
	};
}
