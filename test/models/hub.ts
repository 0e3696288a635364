import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { catalogue } from "../../models/index.ts";

export interface HubFile {
	content: Buffer;
	/** Kept in git itself, with a blob id instead of a SHA-256. */
	small?: boolean;
}

export interface Hub {
	url: string;
	revision: string;
	/** Every request for a file's bytes: its path and `Range` header. */
	transfers: { path: string; range: string | undefined; status: number }[];
	/** Every request of any kind. */
	requests: string[];
	/** Answers a file's request in the hub's place; true when it did. */
	intercept: ((path: string, request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
	files: Record<string, HubFile>;
	close(): Promise<void>;
}

/**
 * A model hub on this machine, with a repository at the catalogue's revision: paged tree, redirect to the place of the bytes, ETag, Range and If-Range,
 * as the real one does it.
 */
export async function startHub(repository: string, files: Record<string, HubFile>, port = 0): Promise<Hub> {
	const known = catalogue.find(({ source }) => source.from === "hub" && source.repository === repository)?.source;
	const hub: Hub = {
		url: "",
		revision: known?.from === "hub" ? known.revision : "",
		transfers: [],
		requests: [],
		intercept: undefined,
		files,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", "http://hub");
		hub.requests.push(pathname);
		const path = decodeURIComponent(pathname);
		if (path === `/api/models/${repository}/tree/${hub.revision}`) {
			return tree(response, hub, pathname, Number(searchParams.get("cursor") ?? 0));
		}
		const resolve = `/${repository}/resolve/${hub.revision}/`;
		if (path.startsWith(resolve) && hub.files[path.slice(resolve.length)] !== undefined) {
			return void response.writeHead(302, { location: `/bytes/${path.slice(resolve.length)}` }).end();
		}
		const name = path.slice("/bytes/".length);
		const file = path.startsWith("/bytes/") ? hub.files[name] : undefined;
		if (file === undefined) return void response.writeHead(404).end();
		response.on("finish", () => {
			hub.transfers.push({ path: name, range: request.headers.range, status: response.statusCode });
		});
		if (hub.intercept?.(name, request, response)) return;
		send(request, response, file.content);
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	const address = server.address() as AddressInfo;
	hub.url = `http://127.0.0.1:${address.port}`;
	return hub;
}

/** Sends a file, or the part asked for if it is still the same file. */
export function send(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
	const etag = etagOf(content);
	const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
	const resumed = start > 0 && request.headers["if-range"] === etag;
	const body = resumed ? content.subarray(start) : content;
	response.writeHead(resumed ? 206 : 200, {
		etag,
		"content-length": body.length,
		...(resumed && { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }),
	});
	response.end(body);
}

export function etagOf(content: Buffer): string {
	return `"${createHash("sha256").update(content).digest("hex")}"`;
}

function tree(response: ServerResponse, hub: Hub, pathname: string, from: number): void {
	const page = 3;
	const all = Object.entries(hub.files).map(([path, { content, small }]) => ({
		type: "file",
		path,
		size: content.length,
		oid: createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex"),
		...(!small && {
			lfs: { oid: createHash("sha256").update(content).digest("hex"), size: content.length, pointerSize: 134 },
		}),
	}));
	if (all.length > from + page) {
		response.setHeader("link", `<${hub.url}${pathname}?recursive=true&cursor=${from + page}>; rel="next"`);
	}
	json(response, all.slice(from, from + page));
}

function json(response: ServerResponse, body: unknown): void {
	response.setHeader("content-type", "application/json");
	response.end(JSON.stringify(body));
}
