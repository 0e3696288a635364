import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Hono } from "hono";

const assets: Record<string, string> = {
	"swagger-ui.css": "text/css; charset=utf-8",
	"swagger-ui-bundle.js": "text/javascript; charset=utf-8",
};

const page = (openapi: string, base: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>API</title><link rel="stylesheet" href="${base}/swagger-ui.css"></head>
<body><div id="api"></div><script src="${base}/swagger-ui-bundle.js"></script><script src="${base}/start.js" data-openapi="${openapi}"></script></body>
</html>
`;

const start = `const { openapi } = document.currentScript.dataset;
SwaggerUIBundle({ url: openapi, dom_id: "#api", deepLinking: true });
`;

/** No script of the page's own text runs, and nothing outside is asked for anything. */
const contentSecurityPolicy =
	"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Serves Swagger UI at `path` from this machine's own files: the page asks nothing of the outside. */
export function mountDocs(app: Hono, { path, openapi }: { path: string; openapi: string }): void {
	// Hono's static-file middleware would tie the folder to the working directory; these are two known files.
	const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
	app.get(path, (c) => c.html(page(openapi, path), 200, { "content-security-policy": contentSecurityPolicy }));
	app.get(`${path}/start.js`, (c) => c.body(start, 200, { "content-type": "text/javascript; charset=utf-8" }));
	for (const [name, type] of Object.entries(assets)) {
		app.get(
			`${path}/${name}`,
			() =>
				new Response(Bun.file(join(folder, name)), {
					headers: { "content-type": type, "cache-control": "max-age=3600" },
				}),
		);
	}
}
