import { type Context, Hono } from "hono";
import { AiosError, covers, type Principal } from "../../contract/index.ts";
import { createLimiter, type SignIn } from "../../security/index.ts";
import type { ApplicationRow } from "../../store/index.ts";
import type { AuditEntry } from "../audit-log.ts";
import { refuseOtherOrigins, setSignInCookie, signInCookie } from "../sign-in.ts";
import type { GatewayBindings, GatewayDeps } from "../types.ts";
import { isDocumentId } from "./client-document.ts";
import type { Clients } from "./clients.ts";
import { createExpiring } from "./expiring.ts";
import { needed, one, readForm, readQuery } from "./form.ts";
import type { Grants } from "./grants.ts";
import { paths } from "./metadata.ts";
import { againPage, consentPage, donePage, pageStyle, problemPage, signInPage } from "./pages.ts";
import { type Places, serverOf } from "./places.ts";
import { isLoopback, isRegistered, placeOf, withAnswer } from "./redirects.ts";
import { oauthCodeOf, refusal } from "./refusal.ts";
import { grantable, patternOf, splitScope } from "./scopes.ts";

/** A question that was shown to a person. */
interface Question {
	session: string;
	userId: string;
	origin: string;
	application: ApplicationRow;
	redirectUri: string;
	state: string | undefined;
	challenge: string;
	resource: string;
	scopes: readonly string[];
}

interface AuthorizeDeps extends Pick<GatewayDeps, "orchestrator" | "permit" | "clock"> {
	signIn: SignIn;
	places: Places;
	clients: Clients;
	grants: Grants;
	sessionSeconds: number;
	audit(entry: AuditEntry): void;
}

type Env = { Bindings: GatewayBindings };
type Who = NonNullable<ReturnType<SignIn["holder"]>>;

const questionMs = 10 * 60_000;
const maxQuestions = 500;
/** Questions a minute for one person: each may fetch a description from elsewhere. */
const questionsPerMinute = 30;

const sayings: Record<string, string> = {
	read: "Look things up and read what they hold",
	write: "Change things that can be changed back",
	destructive: "Delete or overwrite things for good",
	outbound: "Send things out: to people, or to services elsewhere",
};

/** The page on which a person lets a program in: sign-in where it is needed, the question, the answer. No script. */
export function authorizeRoutes(deps: AuthorizeDeps): Hono<Env> {
	const { signIn, places, clients, grants, clock, audit } = deps;
	const limiter = createLimiter({ burst: questionsPerMinute, perMs: 60_000, clock });
	const questions = createExpiring<Question>({ clock, lifetimeMs: questionMs, capacity: maxQuestions });
	const app = new Hono<Env>();
	app.onError((thrown) => {
		const { message, fix, status, code } = AiosError.from(thrown);
		return problemPage({ message: code === "internal" ? "Something went wrong inside." : message, fix }, status);
	});
	app.get("/oauth/page.css", (c) => c.body(pageStyle, 200, { "content-type": "text/css; charset=utf-8" }));

	function who(c: Context<Env>): Who | undefined {
		const cookie = signInCookie(c);
		return cookie === undefined ? undefined : signIn.holder(cookie);
	}
	/** Letting a program in is like making a key: it takes the right to. */
	function allow({ person }: Who): void {
		const principal: Principal = { ...person, via: "token" };
		deps.permit(principal, { server: "aios", name: "applications", effect: "write", role: "user" });
	}

	app.get(paths.authorize, async (c) => {
		const query = readQuery(c.req.url);
		const address = `${paths.authorize}?${query}`;
		const known = who(c);
		if (known === undefined) {
			const strange = c.req.header("sec-fetch-site") === "cross-site" && signInCookie(c) === undefined;
			return strange ? againPage(address) : signInPage({ action: address });
		}
		allow(known);
		limiter.take(known.person.id);
		const origin = places.originOf(c.req.header("host"));
		if (origin === undefined) throw new AiosError("forbidden", "This address is not one the assistant answers to.");
		const application = await clients.find(needed(query, "client_id"));
		const redirectUri = needed(query, "redirect_uri");
		if (!isRegistered(redirectUri, application.redirectUris)) {
			throw refusal("invalid_request", "The address the answer is to go to is not one this application registered.");
		}
		const state = one(query, "state");
		try {
			const { challenge, resource, scopes } = readRequest(query, origin, known);
			const { session, person } = known;
			const asked = {
				session,
				userId: person.id,
				origin,
				application,
				redirectUri,
				state,
				challenge,
				resource,
				scopes,
			};
			return show(questions.add(asked), asked, known);
		} catch (thrown) {
			// Who registers freely could else make this page lead anybody anywhere: the person decides (OAuth 2.1, 7.12.2).
			const error = AiosError.from(thrown);
			const answer = { error: oauthCodeOf(error), error_description: error.message, state, iss: origin };
			const back = { href: withAnswer(redirectUri, answer), place: placeOf(redirectUri) };
			return problemPage({ message: error.message, fix: error.fix, back }, error.status);
		}
	});

	/** Throws what the client is told. */
	function readRequest(query: URLSearchParams, origin: string, { person }: Who) {
		if (needed(query, "response_type") !== "code") {
			throw refusal("unsupported_response_type", "Only the response type code is served.");
		}
		const challenge = one(query, "code_challenge") ?? "";
		if (one(query, "code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(challenge)) {
			throw refusal("invalid_request", "PKCE is needed, with code_challenge_method S256 (RFC 7636).");
		}
		const [wanted = `${origin}/mcp`, second] = query.getAll("resource");
		const resource = second === undefined ? places.resourceOf(wanted) : undefined;
		const server = resource === undefined ? undefined : serverOf(resource);
		const exists = server === undefined || deps.orchestrator.servers().some(({ name }) => name === server);
		if (resource === undefined || !exists) {
			throw refusal("invalid_target", "The resource is not an MCP endpoint of this assistant.");
		}
		// A right that opens nothing is not asked for; to read is more than tools: resources and prompts too.
		const scopes = grantable(splitScope(one(query, "scope") ?? "read"), resource, person.permissions).filter(
			(scope) => scope.endsWith("read") || toolsBehind(scope, resource) > 0,
		);
		if (scopes.length === 0)
			throw refusal("invalid_scope", "Nothing of what is asked for can be granted by this person.");
		return { challenge, resource, scopes };
	}

	function toolsBehind(scope: string, resource: string): number {
		const pattern = patternOf(scope, resource) ?? "";
		const behind = deps.orchestrator.catalogue();
		return behind.filter(({ server, name, effect }) => covers(pattern, { server, name, effect })).length;
	}

	function show(request: string, question: Question, { person }: Who, problem?: string): Promise<Response> {
		const { application, redirectUri, resource } = question;
		return consentPage({
			action: paths.authorize,
			request,
			person: person.name,
			application: application.name,
			host: isDocumentId(application.id) ? new URL(application.id).host : undefined,
			place: placeOf(redirectUri),
			local: isLoopback(redirectUri),
			server: serverOf(resource),
			scopes: question.scopes.map((scope) => {
				const [named, effect = scope] = scope.includes(":") ? scope.split(":") : [undefined, scope];
				const on = named === undefined || serverOf(resource) !== undefined ? "" : `On ${named}: `;
				return {
					scope,
					says: `${on}${sayings[effect] ?? effect}`,
					tools: toolsBehind(scope, resource),
					// What can't be taken back is given by a tick of one's own.
					ticked: effect === "read" || effect === "write",
				};
			}),
			...(problem === undefined ? {} : { problem }),
		});
	}

	app.post(paths.authorize, async (c) => {
		// A browser always names the origin of a form; another page's form, on whatever port, has another one.
		if (c.req.header("origin") === undefined)
			throw new AiosError("forbidden", "Only the assistant's own page may do this.");
		refuseOtherOrigins(c.req.raw);
		const form = await readForm(c.req.raw);
		const from = c.env?.from ?? "unknown";
		const query = readQuery(c.req.url);
		if (form.has("username")) return enter(c, form, `${paths.authorize}?${query}`, from);

		const known = who(c);
		if (known === undefined)
			throw new AiosError("unauthenticated", "Your sign-in has ended. Start again from the application.");
		allow(known);
		const request = needed(form, "request");
		const question = questions.look(request);
		if (question === undefined || question.session !== known.session || question.userId !== known.person.id) {
			throw refusal(
				"invalid_request",
				"This question was answered already or is too old. Start again from the application.",
			);
		}
		const { application, redirectUri, state, origin, challenge, resource } = question;
		const allowed = one(form, "answer") === "allow";
		const ticked = form.getAll("scope").filter((scope) => question.scopes.includes(scope));
		const scopes = grantable(ticked, resource, known.person.permissions);
		if (allowed && scopes.length === 0)
			return show(request, question, known, "Choose what it may do, or don’t allow it.");
		questions.remove(request);
		const { id, name } = known.person;
		if (!allowed) {
			const target = `${application.name} (${application.id})`;
			audit({ action: "application.allow", target, outcome: "denied", origin: from, user: { id, name } });
		}
		const code = allowed
			? grants.code({ applicationId: application.id, user: { id, name }, redirectUri, challenge, resource, scopes })
			: undefined;
		const error = allowed ? undefined : "access_denied";
		const href = withAnswer(redirectUri, { code, error, state, iss: origin });
		return donePage({ allowed, place: placeOf(redirectUri), href });
	});

	/** Signs a person in as the page does, and shows them the question then. */
	async function enter(c: Context<Env>, form: URLSearchParams, address: string, from: string): Promise<Response> {
		const username = one(form, "username") ?? "";
		try {
			const answer = await signIn.exchange({ username, password: one(form, "password") ?? "" }, from);
			audit({ action: "sign-in", target: username, outcome: "done", origin: from, user: answer.user });
			setSignInCookie(c, answer.refresh_token, deps.sessionSeconds);
			return c.redirect(address, 303);
		} catch (thrown) {
			const error = AiosError.from(thrown);
			audit({ action: "sign-in", target: username, outcome: "denied", origin: from, code: error.code });
			return signInPage({ action: address, problem: error.message }, error.status);
		}
	}

	return app;
}
