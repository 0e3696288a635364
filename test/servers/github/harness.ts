import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmulator } from "emulate";
import { silentLogger, systemClock, type Tool } from "../../../core/contract/index.ts";
import { createAdapters, type GithubAdapters, githubSettings } from "../../../servers/github/adapters/index.ts";

/** Answers a request itself, or leaves it to the emulator. */
export type Answer = (request: Request, path: string) => Response | Promise<Response | undefined> | undefined;

/** The token the emulator knows as the user `admin`. */
export const emulatorToken = "test_token_admin";

/** A github server against an emulated GitHub, in front of which tests put answers of their own. */
export async function startGithub(settings: object = {}) {
	const emulator = await createEmulator({ service: "github", port: 0 });
	const answers: Answer[] = [];
	const seen: string[] = [];
	const front = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		idleTimeout: 60,
		async fetch(request) {
			const { pathname, search } = new URL(request.url);
			seen.push(`${request.method} ${pathname}${search}`);
			for (const answer of answers) {
				const given = await answer(request, pathname);
				if (given !== undefined) return given;
			}
			return await fetch(`${emulator.url}${pathname}${search}`, {
				method: request.method,
				headers: request.headers,
				...(request.body === null ? {} : { body: await request.arrayBuffer() }),
				redirect: "manual",
			});
		},
	});
	const home = await realpath(await mkdtemp(join(tmpdir(), "aios-github-")));
	const adapters: GithubAdapters = createAdapters({
		settings: githubSettings.parse({
			baseUrl: `http://127.0.0.1:${front.port}`,
			retries: 1,
			token: emulatorToken,
			...settings,
		}),
		dataDir: join(home, "aios-data"),
		childEnv: { PATH: process.env.PATH ?? "", HOME: home },
		folders: { allowed: [home], denied: [join(home, "aios-data")], home },
		clock: systemClock,
		log: silentLogger,
	});
	const api = async (method: string, path: string, body?: unknown) => {
		const response = await fetch(`${emulator.url}${path}`, {
			method,
			headers: { authorization: `Bearer ${emulatorToken}`, "content-type": "application/json" },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
		return await response.json();
	};
	return {
		home,
		adapters,
		answers,
		seen,
		api,
		url: `http://127.0.0.1:${front.port}`,
		/** Makes admin/demo with a branch `feature` that has a commit more than main. */
		async demo() {
			await api("POST", "/user/repos", { name: "demo", auto_init: true, description: "A demonstration" });
			const main: { object: { sha: string } } = await api("GET", "/repos/admin/demo/git/ref/heads/main");
			await api("POST", "/repos/admin/demo/git/refs", { ref: "refs/heads/feature", sha: main.object.sha });
			await api("PUT", "/repos/admin/demo/contents/new.txt", {
				message: "Add a file",
				content: "aGVsbG8K",
				branch: "feature",
			});
		},
		async call<I extends Tool["input"], O extends Tool["output"]>(
			tool: Tool<I, O, GithubAdapters>,
			input: unknown,
			options: { signal?: AbortSignal; user?: string } = {},
		) {
			const parsed = tool.input.parse(input);
			const id = options.user ?? "u1";
			const output = tool.output.parse(
				await tool.run(parsed, adapters, {
					signal: options.signal ?? new AbortController().signal,
					progress() {},
					user: { id, name: id, role: "user", permissions: ["*:*:*"], via: "token" },
					session: "s",
					clock: systemClock,
					log: silentLogger,
				}),
			);
			return { output, say: tool.say(output, parsed) };
		},
		/** What a person is asked before the tool runs. */
		async resolve(tool: Tool, input: unknown): Promise<string> {
			const user = { id: "u1", name: "u1", role: "user", permissions: ["*:*:*"], via: "token" as const };
			const context = { user, session: "s", clock: systemClock, log: silentLogger, progress() {} };
			const signal = new AbortController().signal;
			return tool.summary(await (tool.resolve?.(tool.input.parse(input), adapters, { ...context, signal }) ?? {}));
		},
		async stop() {
			await front.stop(true);
			await emulator.close();
			await rm(home, { recursive: true, force: true });
		},
	};
}
