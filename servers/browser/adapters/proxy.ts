import { createConnection, createServer, type Socket } from "node:net";
import ipaddr from "ipaddr.js";
import { AiosError, type Logger } from "../../../core/contract/index.ts";
import { canonicalHost } from "./address.ts";
import type { Sites } from "./sites.ts";

/** Time to reach a site, per address, in milliseconds. */
const connectMs = 5_000;
/** How long a greeting may take. */
const greetingMs = 10_000;
/** Refusals remembered, to say why a page did not open. */
const capacity = 500;

/** Answers of SOCKS version 5 (RFC 1928, section 6). */
const reply = { ok: 0, failed: 1, forbidden: 2, unreachable: 4, refused: 5, unsupported: 7 } as const;

/** The only way out for the browser. */
export interface WebProxy {
	port: number;
	/** Why a host was last not reached; undefined where it was, or was never tried. */
	refusal(host: string): AiosError | undefined;
	close(): Promise<void>;
}

/**
 * A SOCKS 5 proxy on a free loopback port. The browser resolves no names and opens no connection itself, so every
 * request of every page, frame, redirect, worker, socket and download is judged here, by its host and then by the very
 * address that is connected to.
 */
export async function startProxy({ sites, log }: { sites: Sites; log: Logger }): Promise<WebProxy> {
	const refusals = new Map<string, AiosError>();
	const open = new Set<Socket>();
	const remember = (host: string, error: AiosError) => {
		if (refusals.size >= capacity) refusals.clear();
		refusals.set(host, error);
	};

	const server = createServer((client) => {
		track(client);
		serve(client).catch((error) => {
			log.debug("a connection of the browser ended early", { error: String(error) });
			client.destroy();
		});
	});
	const track = (socket: Socket) => {
		open.add(socket);
		socket.on("error", () => socket.destroy());
		socket.once("close", () => open.delete(socket));
	};

	async function serve(client: Socket): Promise<void> {
		const bytes = createReader(client);
		const [version, methods] = await bytes.take(2);
		if (version !== 5 || methods === undefined) return void client.destroy();
		await bytes.take(methods);
		client.write(Uint8Array.of(5, 0));
		const [, command, , kind] = await bytes.take(4);
		const host = await readHost(bytes, kind);
		const [high = 0, low = 0] = await bytes.take(2);
		const port = high * 256 + low;
		if (command !== 1 || host === undefined) return answer(client, reply.unsupported);
		const name = canonicalHost(host) ?? host;
		try {
			const upstream = await connectAny(await sites.addresses(host, port), port, name);
			track(upstream);
			refusals.delete(name);
			if (client.destroyed) return void upstream.destroy();
			bytes.release();
			client.write(answerBytes(reply.ok));
			client.pipe(upstream).pipe(client);
			client.once("close", () => upstream.destroy());
			upstream.once("close", () => client.destroy());
		} catch (thrown) {
			const error = AiosError.from(thrown);
			remember(name, error);
			if (error.code === "forbidden") log.info("a site was kept from the browser", { host: name, port });
			answer(client, error.code === "forbidden" ? reply.forbidden : reply.unreachable);
		}
	}

	const port = await new Promise<number>((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			if (typeof address === "object" && address !== null) resolve(address.port);
			else reject(new AiosError("internal", "The browser's proxy has no port."));
		});
	});
	return {
		port,
		refusal: (host) => refusals.get(canonicalHost(host) ?? host),
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

interface Reader {
	take(count: number): Promise<Buffer>;
	/** Gives the stream back, with what was read too far. */
	release(): void;
}

function createReader(socket: Socket): Reader {
	let held = Buffer.alloc(0);
	let wake = () => {};
	let ended = false;
	const onData = (chunk: Buffer) => {
		held = Buffer.concat([held, chunk]);
		wake();
	};
	const onEnd = () => {
		ended = true;
		wake();
	};
	socket.on("data", onData);
	socket.once("close", onEnd);
	socket.setTimeout(greetingMs, () => socket.destroy());
	return {
		async take(count) {
			while (held.length < count) {
				if (ended) throw new Error("closed during the greeting");
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
			const taken = held.subarray(0, count);
			held = held.subarray(count);
			return taken;
		},
		release() {
			socket.setTimeout(0);
			socket.off("data", onData);
			socket.pause();
			if (held.length > 0) socket.unshift(held);
		},
	};
}

async function readHost(bytes: Reader, kind: number | undefined): Promise<string | undefined> {
	if (kind === 1) return ipaddr.fromByteArray([...(await bytes.take(4))]).toString();
	if (kind === 4) return ipaddr.fromByteArray([...(await bytes.take(16))]).toString();
	if (kind !== 3) return undefined;
	const [length = 0] = await bytes.take(1);
	return (await bytes.take(length)).toString("latin1");
}

async function connectAny(addresses: readonly string[], port: number, name: string): Promise<Socket> {
	let last: unknown;
	for (const address of addresses) {
		try {
			return await connect(address, port);
		} catch (error) {
			last = error;
		}
	}
	throw new AiosError("upstream_failed", `${name} does not answer.`, {
		fix: "The site may be down; try again later.",
		cause: last,
	});
}

function connect(host: string, port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = createConnection({ host, port });
		const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), connectMs);
		socket.once("connect", () => {
			clearTimeout(timer);
			socket.off("error", reject);
			resolve(socket);
		});
		socket.once("error", (error) => {
			clearTimeout(timer);
			reject(error);
		});
	});
}

function answerBytes(code: number): Uint8Array {
	return Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
}

function answer(client: Socket, code: number): void {
	client.end(answerBytes(code));
}
