import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { Hono } from "hono";

/** What the page's own origin may do: its files, its sockets, its microphone; nothing from elsewhere. */
const pageHeaders = {
	"content-security-policy": [
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"style-src-attr 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"media-src 'self' blob: data:",
		"font-src 'self'",
		"connect-src 'self'",
		"worker-src 'self' blob:",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join("; "),
	"permissions-policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
	// The address may carry the one-time token.
	"referrer-policy": "no-referrer",
	"x-content-type-options": "nosniff",
	"x-frame-options": "DENY",
};

const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>AIOS</title></head>
<body><h1>AIOS is running</h1><p>Its page has not been built yet. Stop it and run <code>npm start</code>, which builds the page first.</p></body></html>
`;

/** How often the folder is looked at again for files that were not there. */
const lookEveryMs = 1_000;

/** Serves the built page from `dir`: only files that a listing of the folder names, whatever the address says. */
export function pageRoutes({ dir }: { dir: string }): Hono {
	const app = new Hono();
	let files = list(dir);
	let listed = Date.now();
	const find = (name: string) => {
		if (!files.has(name) && Date.now() - listed > lookEveryMs) {
			files = list(dir);
			listed = Date.now();
		}
		return files.has(name) ? Bun.file(join(dir, name)) : undefined;
	};

	app.get("/", () => {
		const index = find("index.html");
		const headers = { ...pageHeaders, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
		return new Response(index ?? notBuilt, { headers });
	});
	app.get("/*", async (c, next) => {
		const name = c.req.path.slice(1);
		const file = name === "index.html" ? undefined : find(name);
		if (file === undefined) return next();
		// Vite puts a hash of the content into the names below assets/.
		const lasting = name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
		return new Response(file, { headers: { ...pageHeaders, "content-type": file.type, "cache-control": lasting } });
	});
	// Browsers ask for it by themselves, signed in or not.
	app.get("/favicon.ico", () => new Response(null, { status: 204 }));
	return app;
}

function list(dir: string): Set<string> {
	try {
		return new Set(
			readdirSync(dir, { recursive: true, encoding: "utf8" })
				.filter((name) => statSync(join(dir, name)).isFile())
				.map((name) => name.split(sep).join("/")),
		);
	} catch {
		return new Set();
	}
}
