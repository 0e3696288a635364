import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AiosError, serverEvents } from "../../core/contract/index.ts";
import { type EnsureOptions, ensureModel, findModel, type ModelProgress } from "../../models/index.ts";
import { type Hub, send, startHub } from "./hub.ts";
import { noise, temporaryFolder, whisperFiles, whisperRepository } from "./places.ts";

const model = "whisper-tiny.en";
const decoder = "tiny.en-decoder.int8.onnx";
const encoder = "tiny.en-encoder.int8.onnx";

let hub: Hub;
let dataDir: string;
let progress: ModelProgress[];

beforeEach(async () => {
	hub = await startHub(whisperRepository, whisperFiles());
	dataDir = temporaryFolder();
	progress = [];
});

afterEach(() => hub.close());

function options(more: Partial<EnsureOptions> = {}): EnsureOptions {
	return {
		dirs: [],
		dataDir,
		hub: hub.url,
		reserveBytes: 0,
		retryAfterMs: [10, 10],
		onProgress: (update) => progress.push(update),
		...more,
	};
}

async function failure(more: Partial<EnsureOptions> = {}): Promise<AiosError> {
	const thrown = await ensureModel(model, options(more)).then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof AiosError) return thrown;
	throw new Error("the download was expected to fail");
}

const folder = () => join(dataDir, "models", model);
const served = (path: string) => hub.files[path]?.content ?? Buffer.alloc(0);

describe("downloading a model", () => {
	test("brings exactly the files of the catalogue, byte for byte, and finds them without network afterwards", async () => {
		const found = await ensureModel(model, options());
		expect(found).toMatchObject({ name: model, kind: "stt", engine: "whisper", origin: "data", dir: folder() });
		for (const path of [decoder, encoder, "tiny.en-tokens.txt"]) {
			expect(await readFile(join(folder(), path))).toEqual(served(path));
		}
		expect((await readdir(folder())).sort()).toEqual([decoder, encoder, "tiny.en-tokens.txt"].sort());

		const before = hub.requests.length;
		expect((await ensureModel(model, options())).files).toEqual(found.files);
		expect(hub.requests.length).toBe(before);
	});

	test("reports progress up to all bytes, then ready", async () => {
		await ensureModel(model, options());
		for (const update of progress) expect(serverEvents["model:progress"].parse(update)).toEqual(update);
		const total = served(decoder).length + served(encoder).length + served("tiny.en-tokens.txt").length;
		expect(progress.at(0)).toMatchObject({ model, state: "downloading", received: 0 });
		expect(progress.at(-1)).toEqual({ model, state: "ready", received: total, total });
	});

	test("takes the revision of the catalogue, records every digest, and brings back a file that went bad", async () => {
		await ensureModel(model, options());
		const record = JSON.parse(await readFile(join(dataDir, "models", `${model}.lock.json`), "utf8"));
		expect(record).toMatchObject({ repository: whisperRepository, revision: hub.revision, complete: true });
		expect(record.files[decoder].sha256).toBe(createHash("sha256").update(served(decoder)).digest("hex"));

		const good = served(encoder);
		await writeFile(join(folder(), encoder), noise(good.length, 9));
		await ensureModel(model, options());
		expect(await readFile(join(folder(), encoder))).toEqual(good);
		expect(hub.transfers.filter(({ path }) => path === decoder)).toHaveLength(1);
	});

	test("a voice's folder of many small files comes whole, over a listing of several pages", async () => {
		await hub.close();
		const names = [
			"phontab",
			"phonindex",
			"phondata",
			"intonations",
			"en_dict",
			"lang/gmw/en",
			"lang/gmw/en-US",
			"voices/!v/Andy",
		];
		hub = await startHub("csukuangfj/vits-piper-en_US-amy-medium", {
			"en_US-amy-medium.onnx": { content: noise(50_000, 4) },
			"tokens.txt": { content: Buffer.from("_ 0\n  1\n"), small: true },
			...Object.fromEntries(
				names.map((name, at) => [`espeak-ng-data/${name}`, { content: noise(200 + at, at), small: true }]),
			),
			"espeak-ng-data/empty": { content: Buffer.alloc(0), small: true },
			"espeak-ng-data-old/phontab": { content: noise(10, 1), small: true },
		});
		const found = await ensureModel("piper-en_US-amy-medium", options());
		if (found.engine !== "piper") throw new Error(`found ${found.engine}`);
		for (const name of [...names, "empty"]) expect(existsSync(join(found.files.espeakData, name))).toBe(true);
		expect(existsSync(join(found.dir, "espeak-ng-data-old"))).toBe(false);
	});
});

describe("when the connection is bad", () => {
	test("a transfer that breaks off goes on where it stopped", async () => {
		let cut = false;
		hub.intercept = (path, _request, response) => {
			if (path !== decoder || cut) return false;
			cut = true;
			const content = served(decoder);
			response.writeHead(200, { etag: '"first"', "content-length": content.length });
			response.write(content.subarray(0, 400_000), () => setTimeout(() => response.destroy(), 100));
			return true;
		};
		await ensureModel(model, options());
		expect(cut).toBe(true);
		expect(await readFile(join(folder(), decoder))).toEqual(served(decoder));
	});

	test("a download stopped half way resumes at the next start with Range and If-Range", async () => {
		const content = served(decoder);
		hub.intercept = (path, request, response) => {
			if (path !== decoder || request.headers.range !== undefined) return false;
			const etag = `"${createHash("sha256").update(content).digest("hex")}"`;
			response.writeHead(200, { etag, "content-length": content.length });
			response.write(content.subarray(0, 500_000));
			return true;
		};
		const stop = new AbortController();
		const stopped = failure({
			signal: stop.signal,
			onProgress: ({ received }) => {
				if (received >= 500_000) stop.abort();
			},
		});
		expect((await stopped).code).toBe("cancelled");
		expect(existsSync(join(folder(), decoder))).toBe(false);
		hub.transfers.length = 0;

		await ensureModel(model, options());
		const resumed = hub.transfers.find(({ path }) => path === decoder);
		expect(resumed).toMatchObject({ status: 206 });
		expect(Number(resumed?.range?.match(/\d+/)?.[0])).toBeGreaterThan(0);
		expect(await readFile(join(folder(), decoder))).toEqual(content);
	});

	test("a part of another version of the file is not glued on: the source sends it whole", async () => {
		await mkdir(folder(), { recursive: true });
		await writeFile(join(folder(), `${decoder}.part`), noise(100_000, 77));
		await writeFile(join(folder(), `${decoder}.part.etag`), '"another version"');
		await ensureModel(model, options());
		expect(hub.transfers.find(({ path }) => path === decoder)).toMatchObject({ range: "bytes=100000-", status: 200 });
		expect(await readFile(join(folder(), decoder))).toEqual(served(decoder));
	});

	test("a part that was bad all along is thrown away and fetched anew", async () => {
		const content = served(decoder);
		await mkdir(folder(), { recursive: true });
		await writeFile(join(folder(), `${decoder}.part`), noise(100_000, 77));
		await writeFile(join(folder(), `${decoder}.part.etag`), `"${createHash("sha256").update(content).digest("hex")}"`);
		await ensureModel(model, options());
		expect(hub.transfers.filter(({ path }) => path === decoder).map(({ status }) => status)).toEqual([206, 200]);
		expect(await readFile(join(folder(), decoder))).toEqual(content);
	});

	test("bytes that are not the published ones never get the file's name", async () => {
		hub.intercept = (path, request, response) => {
			if (path !== decoder) return false;
			send(request, response, noise(served(decoder).length, 66));
			return true;
		};
		const error = await failure();
		expect(error.code).toBe("upstream_failed");
		expect(error.message).toContain(decoder);
		expect(error.message).toContain("checksum");
		expect(existsSync(join(folder(), decoder))).toBe(false);
		expect(progress.at(-1)).toMatchObject({ state: "failed" });
		await expect(findModel(model, { dirs: [], dataDir })).rejects.toMatchObject({ code: "missing_part" });

		hub.intercept = undefined;
		await ensureModel(model, options());
	});

	test("a source that publishes another file than the one pinned is refused before a byte is taken", async () => {
		await hub.close();
		const files = { "smart-turn-v3.2-cpu.onnx": { content: noise(1_000, 8) } };
		hub = await startHub("pipecat-ai/smart-turn-v3", files);
		await expect(ensureModel("smart-turn", options())).rejects.toMatchObject({ code: "upstream_failed" });
		expect(hub.transfers).toEqual([]);
	});

	test("a source that sends more than it published is stopped", async () => {
		hub.intercept = (path, _request, response) => {
			if (path !== decoder) return false;
			response.writeHead(200);
			response.end(noise(served(decoder).length + 1, 5));
			return true;
		};
		expect((await failure()).code).toBe("upstream_failed");
	});

	test("a busy source is asked again", async () => {
		let refused = 0;
		hub.intercept = (path, _request, response) => {
			if (path !== encoder || refused > 0) return false;
			refused++;
			response.writeHead(503).end();
			return true;
		};
		await ensureModel(model, options());
		expect(refused).toBe(1);
	});

	test("without network it fails within seconds and says what to do", async () => {
		await hub.close();
		const started = performance.now();
		const error = await failure({ retryAfterMs: undefined });
		expect(performance.now() - started).toBeLessThan(10_000);
		expect(error).toMatchObject({ code: "unavailable", retryable: true });
		expect(error.fix).toContain("AIOS_MODELS_DIR");
		hub = await startHub(whisperRepository, whisperFiles());
	});

	test("without network a half-finished download fails within seconds too", async () => {
		hub.intercept = (path, _request, response) => {
			if (path !== decoder) return false;
			response.writeHead(200, { etag: '"x"', "content-length": served(decoder).length });
			response.write(served(decoder).subarray(0, 10_000), () => setTimeout(() => response.destroy(), 50));
			return true;
		};
		await failure();
		await hub.close();
		const started = performance.now();
		expect((await failure({ retryAfterMs: undefined })).code).toBe("unavailable");
		expect(performance.now() - started).toBeLessThan(10_000);
		hub = await startHub(whisperRepository, whisperFiles());
	});

	test("a network that swallows everything is given up within seconds", async () => {
		const hole = createServer(() => {});
		await new Promise<void>((resolve) => hole.listen(0, "127.0.0.1", resolve));
		const address = hole.address();
		if (address === null || typeof address === "string") throw new Error("no port");
		const started = performance.now();
		const error = await failure({ hub: `http://127.0.0.1:${address.port}` });
		expect(error.code).toBe("unavailable");
		expect(performance.now() - started).toBeLessThan(15_000);
		hole.close();
	});

	test("set to stay offline it asks nobody", async () => {
		const error = await failure({ offline: true });
		expect(error.code).toBe("unavailable");
		expect(error.fix).toContain("AIOS_OFFLINE");
		expect(hub.requests).toEqual([]);
	});
});

/** What another process runs: one download, and its folder on stdout. */
const pullScript = `
	import { ensureModel } from "../../models/index.ts";
	const [hub, dataDir, model] = process.argv.slice(-3);
	console.log((await ensureModel(model, { dirs: [], dataDir, hub, reserveBytes: 0 })).dir);
`;

describe("several at once", () => {
	test("two requests for one model make one download", async () => {
		const [first, second] = await Promise.all([ensureModel(model, options()), ensureModel(model, options())]);
		expect(first.files).toEqual(second.files);
		for (const path of [decoder, encoder, "tiny.en-tokens.txt"]) {
			expect(hub.transfers.filter((transfer) => transfer.path === path)).toHaveLength(1);
		}
	});

	test("two processes make one download, and one that is killed leaves nothing locked", async () => {
		let held = true;
		hub.intercept = (path, _request, response) => {
			if (path !== decoder || !held) return false;
			response.writeHead(200, { etag: '"slow"', "content-length": served(decoder).length });
			response.write(served(decoder).subarray(0, 1_000));
			return true;
		};
		const pull = () =>
			Bun.spawn([process.execPath, "-e", pullScript, hub.url, dataDir, model], {
				cwd: import.meta.dirname,
				env: { PATH: process.env.PATH ?? "" },
				stdout: "pipe",
				stderr: "inherit",
			});
		const first = pull();
		await waitUntil(() => hub.requests.some((path) => path.endsWith(decoder)));
		held = false;
		const second = pull();
		const third = ensureModel(model, options());
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(hub.requests.filter((path) => path === `/bytes/${decoder}`)).toHaveLength(1);
		first.kill("SIGKILL");
		await first.exited;
		expect((await third).dir).toBe(folder());
		expect(await new Response(second.stdout).text()).toContain(folder());
		expect(await second.exited).toBe(0);
		expect(hub.requests.filter((path) => path === `/bytes/${decoder}`)).toHaveLength(2);
	});
});

describe("on a full disk", () => {
	test("a download that would not fit is not begun", async () => {
		const error = await failure({ reserveBytes: Number.MAX_SAFE_INTEGER / 2 });
		expect(error).toMatchObject({ code: "disk_full", status: 507 });
		expect(error.fix).toContain("AIOS_DATA_DIR");
		expect(hub.transfers).toEqual([]);
	});

	test("a disk that fills up while downloading ends it cleanly, and it succeeds once there is room", async (context) => {
		const mount = temporaryFolder();
		const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount]).exitCode === 0;
		if (!mounted) return context.skip("a small disk cannot be mounted here");
		try {
			dataDir = mount;
			const hog = join(mount, "hog");
			hub.intercept = (path, _request, response) => {
				if (path !== decoder) return false;
				const content = served(decoder);
				response.writeHead(200, { etag: '"e"', "content-length": content.length });
				response.write(content.subarray(0, 100_000));
				void fill(hog).then(() => response.end(content.subarray(100_000)));
				return true;
			};
			const error = await failure();
			expect(error.code).toBe("disk_full");
			expect(error.spoken).toContain("disk is full");
			expect(existsSync(join(folder(), decoder))).toBe(false);
			expect(existsSync(join(folder(), `${decoder}.part`))).toBe(false);

			hub.intercept = undefined;
			await writeFile(hog, "");
			await ensureModel(model, options());
			expect(await readFile(join(folder(), decoder))).toEqual(served(decoder));
		} finally {
			Bun.spawnSync(["umount", "-l", mount]);
		}
	});
});

async function fill(path: string): Promise<void> {
	const block = Buffer.alloc(64 * 1024, 1);
	for (;;) {
		try {
			await appendFile(path, block);
		} catch {
			return;
		}
	}
}

async function waitUntil(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
