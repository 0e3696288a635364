import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const identity = {
	GIT_AUTHOR_NAME: "A",
	GIT_AUTHOR_EMAIL: "a@example.org",
	GIT_COMMITTER_NAME: "A",
	GIT_COMMITTER_EMAIL: "a@example.org",
};

/** A folder with the repository admin/demo: thirty commits on `trunk`, the tag `v1`, something over a megabyte in all. */
export async function makeRepositories(): Promise<string> {
	const base = await mkdtemp(join(tmpdir(), "aios-git-host-"));
	const env = { PATH: process.env.PATH ?? "", HOME: base, ...identity };
	const git = (cwd: string, ...args: string[]) => {
		const { exitCode, stderr } = Bun.spawnSync(["git", ...args], { cwd, env });
		if (exitCode !== 0) throw new Error(stderr.toString());
	};
	const work = join(base, "work");
	git(base, "init", "--quiet", "--initial-branch=trunk", work);
	for (let i = 0; i < 300; i++) {
		await Bun.write(join(work, `file-${i % 20}.bin`), crypto.getRandomValues(new Uint8Array(4_000)));
		if (i % 10 === 9) {
			git(work, "add", ".");
			git(work, "commit", "--quiet", "-m", `Change ${i}`);
		}
	}
	git(work, "tag", "v1");
	git(base, "clone", "--quiet", "--bare", work, join(base, "admin/demo.git"));
	await rm(work, { recursive: true });
	return base;
}

/** A real smart-HTTP git host: git's own http-backend behind a small server, with sign-in by password or token. */
export function startGitHost(
	base: string,
	options: { token?: string; cutAfterBytes?: (length: number) => number | undefined; delayMs?: number } = {},
) {
	const env = { PATH: process.env.PATH ?? "", HOME: base };
	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		async fetch(request) {
			const url = new URL(request.url);
			const wanted = options.token === undefined ? undefined : `Basic ${btoa(`x-access-token:${options.token}`)}`;
			if (wanted !== undefined && request.headers.get("authorization") !== wanted) {
				return new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="git"' } });
			}
			if (options.delayMs !== undefined) await Bun.sleep(options.delayMs);
			const backend = Bun.spawn(["git", "http-backend"], {
				env: {
					...env,
					GIT_PROJECT_ROOT: base,
					GIT_HTTP_EXPORT_ALL: "1",
					PATH_INFO: url.pathname,
					QUERY_STRING: url.search.slice(1),
					REQUEST_METHOD: request.method,
					CONTENT_TYPE: request.headers.get("content-type") ?? "",
					HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
					GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
				},
				stdin: request.body === null ? "ignore" : new Blob([await request.arrayBuffer()]),
				stdout: "pipe",
				stderr: "ignore",
			});
			const bytes = await new Response(backend.stdout).bytes();
			const end = Buffer.from(bytes).indexOf("\r\n\r\n");
			const headers = new Headers();
			let status = 200;
			for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split("\r\n")) {
				const [name = "", value = ""] = line.split(/: (.*)/s);
				if (name === "Status") status = Number.parseInt(value, 10);
				else headers.set(name, value);
			}
			const body = bytes.subarray(end + 4);
			const cut = request.method === "POST" ? options.cutAfterBytes?.(body.length) : undefined;
			if (cut === undefined || body.length <= cut) return new Response(body, { status, headers });
			return new Response(
				new ReadableStream({
					// Something must have arrived first, or the client takes the connection for stale and asks again by itself.
					async start(controller) {
						controller.enqueue(body.subarray(0, cut));
						await Bun.sleep(200);
						controller.error(new Error("the line broke"));
					},
				}),
				{ status, headers },
			);
		},
	});
	return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}
