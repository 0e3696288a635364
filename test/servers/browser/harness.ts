import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock, type Tool, type ToolContext } from "../../../core/contract/index.ts";
import { type BrowserAdapters, browserSettings, createAdapters } from "../../../servers/browser/adapters/index.ts";

/** Programs that can be the browser of these tests. */
export const hasBrowser = ["chromium", "google-chrome", "google-chrome-stable"].some(
	(name) => Bun.which(name) !== null,
);

/** A tool context as a signed-in user's call has it. */
export function toolContext(user = "u1", signal: AbortSignal = new AbortController().signal): ToolContext {
	return {
		signal,
		progress() {},
		user: { id: user, name: user, role: "administrator", permissions: ["*:*:*"], via: "token" },
		session: "s1",
		clock: systemClock,
		log: silentLogger,
	};
}

/** A browser server of its own, with a real browser, allowed into a temporary home folder only. */
export async function startBrowser(settings: Record<string, unknown> = {}, env: Record<string, string> = {}) {
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-browser-")));
	const adapters: BrowserAdapters = createAdapters({
		settings: browserSettings.parse({ privateHosts: ["127.0.0.1", "localhost"], ...settings }),
		dataDir: join(home, "aios-data"),
		childEnv: { PATH: process.env.PATH ?? "", HOME: home, ...env },
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
	});
	return {
		home,
		adapters,
		/** Calls a tool as the surface does: input and output go through its schemas. */
		async call<I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, BrowserAdapters>,
			input: unknown = {},
			{ user, signal }: { user?: string; signal?: AbortSignal } = {},
		) {
			const parsed = tool.input.parse(input);
			const output = tool.output.parse(await tool.run(parsed, adapters, toolContext(user, signal)));
			return { output, say: tool.say(output, parsed) };
		},
		async stop() {
			await adapters.close();
			await rm(home, { recursive: true, force: true, maxRetries: 5 });
			// A killed browser's crash reporter writes once more before it ends.
			await Bun.sleep(200);
			await rm(home, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

export type TestBrowser = Awaited<ReturnType<typeof startBrowser>>;

type Page = string | Response | ((request: Request) => Response | Promise<Response>);

/** A site on a free loopback port: a page a path, HTML where it is text. `hits` counts what was asked for. */
export function startSite(pages: Record<string, Page>) {
	const hits: string[] = [];
	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		idleTimeout: 0,
		fetch(request) {
			const { pathname } = new URL(request.url);
			hits.push(pathname);
			const page = pages[pathname];
			if (page === undefined) return new Response("nothing here", { status: 404 });
			if (typeof page === "function") return page(request);
			return typeof page === "string" ? html(page) : page.clone();
		},
	});
	return {
		port: server.port ?? 0,
		url: (path: string) => `http://127.0.0.1:${server.port}${path}`,
		hits,
		stop: () => server.stop(true),
	};
}

export function html(body: string, init: ResponseInit = {}): Response {
	const text = body.startsWith("<!") ? body : `<!doctype html><meta charset=utf-8>${body}`;
	return new Response(text, { ...init, headers: { "content-type": "text/html; charset=utf-8", ...init.headers } });
}
