import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { sayCount } from "../../text/index.ts";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Nothing runs and nothing comes from elsewhere; no other page may frame it (clickjacking). */
const policy =
	"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A finished page, which needs no script. `goTo` is where it leads by itself: an address that may be a secret. */
export async function respond(
	{ title, body, goTo }: { title: string; body: Html; goTo?: string },
	status = 200,
): Promise<Response> {
	const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${goTo === undefined ? "" : html`<meta http-equiv="refresh" content="0;url=${goTo}">`}
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="stylesheet" href="/theme.css">
<link rel="stylesheet" href="/oauth/page.css">
<title>${title} · AIOS</title>
</head>
<body><main>
<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="16"/><path d="M9 14v4M13 10.500v11M17 8v16M21 12v8M25 14.500v3"/></svg>
${body}
</main></body>
</html>`;
	return new Response(String(page), {
		status,
		headers: {
			"content-type": "text/html; charset=utf-8",
			"content-security-policy": policy,
			"x-frame-options": "DENY",
			"x-content-type-options": "nosniff",
			"cross-origin-opener-policy": "same-origin",
			// Without a referrer browsers send no Origin with a form, by which it is told from another site's.
			"referrer-policy": goTo === undefined ? "same-origin" : "no-referrer",
			"cache-control": "no-store",
		},
	});
}

/** What went wrong, and, where the program may be told, a link by which the person can do so. */
export function problemPage(
	{ message, fix, back }: { message: string; fix?: string | undefined; back?: { href: string; place: string } },
	status: number,
): Promise<Response> {
	const body = html`<h1>That did not work</h1>
<p role="alert">${message} ${fix ?? ""}</p>
${back === undefined ? "" : html`<p><a href="${back.href}">Go back to ${back.place}</a></p>`}`;
	return respond({ title: "That did not work", body }, status);
}

/** Loads itself again: a page that another site led to gets the person's cookie only the second time (SameSite). */
export function againPage(address: string): Promise<Response> {
	return respond({
		title: "One moment",
		body: html`<h1>One moment</h1><p><a href="${address}">Go on</a></p>`,
		goTo: address,
	});
}

/** The form for people who are not signed in on this browser. `action` is the address itself, with its query. */
export function signInPage({ action, problem }: { action: string; problem?: string }, status = 200): Promise<Response> {
	const body = html`<h1>Sign in to AIOS</h1>
<p>An application wants to be let in. Sign in to see which, and what it wants; or open the address that was printed when
AIOS started, and then this page again.</p>
<form method="post" action="${action}">
<label>Name <input name="username" autocomplete="username" autocapitalize="none" required maxlength="200"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="1000"></label>
<p role="alert" class="problem">${problem ?? ""}</p>
<button class="primary">Sign in</button>
</form>`;
	return respond({ title: "Sign in", body }, status);
}

export interface ConsentView {
	action: string;
	/** The name of this very question, which the answer carries. */
	request: string;
	person: string;
	application: string;
	/** Where a program that described itself at an address of its own is from; undefined for one that registered here. */
	host: string | undefined;
	/** Where the answer goes. */
	place: string;
	/** Whether that is on the person's own machine. */
	local: boolean;
	/** The server it is about; undefined for all. */
	server: string | undefined;
	/** `ticked` is how a box stands before the person has touched it. */
	scopes: readonly { scope: string; says: string; tools: number; ticked: boolean }[];
	problem?: string;
}

/** The question whether a program may come in: who asks, what it may do, on which server, and where the answer goes. */
export function consentPage(view: ConsentView): Promise<Response> {
	const { application, host, place, local, server, person } = view;
	const who =
		host === undefined
			? "It gave this name itself; nobody has checked it."
			: html`It describes itself at <strong>${host}</strong>.`;
	const body = html`<h1>Let “${application}” in?</h1>
<p>${who} The answer goes to <strong>${place}</strong>${local ? ", a program on the computer this page is open on" : ""}.
Go on only if you have just started this yourself.</p>
<form method="post" action="${view.action}">
<input type="hidden" name="request" value="${view.request}">
<fieldset>
<legend>As ${person}, on ${server === undefined ? "every server" : html`the server <strong>${server}</strong>`}, it may</legend>
${view.scopes.map(
	({
		scope,
		says,
		tools,
		ticked,
	}) => html`<label class="choice"><input type="checkbox" name="scope" value="${scope}"${ticked ? " checked" : ""}>
<span>${says} <small>${scope} · ${sayCount(tools, "tool")}</small></span></label>`,
)}
</fieldset>
<p>It then acts without asking you each time, and never does more than you may. Under Settings, or by
<code>aios applications</code>, you can sign it out again.</p>
<p role="alert" class="problem">${view.problem ?? ""}</p>
<div class="buttons"><button name="answer" value="allow" class="primary">Allow</button>
<button name="answer" value="deny">Don’t allow</button></div>
</form>`;
	return respond({ title: `Let ${application} in?`, body });
}

/** Leads the browser back to the program with its answer. A page instead of a redirect: it can say so, and a link remains. */
export function donePage({
	allowed,
	place,
	href,
}: {
	allowed: boolean;
	place: string;
	href: string;
}): Promise<Response> {
	const title = allowed ? "It is let in" : "It was not let in";
	const body = html`<h1>${title}</h1>
<p>You are taken back to ${place}. If nothing happens, <a href="${href}">go there</a>; else you can close this page.</p>`;
	return respond({ title, body, goTo: href });
}

/** The looks of these pages; the colours are the page's own (`/theme.css`). */
export const pageStyle = `
:root { color-scheme: light dark; font-size: clamp(100%, 75% + 0.3125vw, 150%); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem; overflow-wrap: anywhere;
	background: var(--canvas); color: var(--ink); font: 400 0.9375rem/1.6 ui-sans-serif, system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); }
svg { width: 2.5rem; fill: var(--accent); stroke: none; }
svg path { fill: none; stroke: var(--accent-ink); stroke-width: 2.6; stroke-linecap: round; }
h1 { margin: 1rem 0 0.5rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em; }
p, small { color: var(--soft); }
p strong, legend strong { color: var(--ink); }
a { color: var(--accent); }
label { display: block; margin-top: 1rem; font-weight: 500; }
input:not([type=checkbox]) { width: 100%; margin-top: 0.375rem; padding: 0.625rem 0.75rem; font: inherit; color: inherit;
	background: var(--surface); border: 1px solid var(--edge); border-radius: 0.625rem; }
fieldset { margin: 1.25rem 0; padding: 0.25rem 1rem 1rem; border: 1px solid var(--line); border-radius: 0.75rem; }
legend { padding: 0 0.375rem; font-weight: 600; }
.choice { display: flex; gap: 0.75rem; align-items: baseline; font-weight: 400; }
.choice small { display: block; }
input[type=checkbox] { accent-color: var(--accent); }
.problem { min-height: 1.5rem; margin: 0.5rem 0; color: var(--danger); }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; }
button { min-height: 2.75rem; padding: 0.5rem 1.125rem; border: 1px solid var(--edge); border-radius: 0.75rem; font: inherit;
	font-weight: 550; color: inherit; background: var(--surface); cursor: pointer; }
button.primary { border-color: transparent; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
