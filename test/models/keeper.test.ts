import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, type EventSink, type ServerEvent, silentLogger } from "../../core/contract/index.ts";
import { keepModels, type ModelKeeper, type ModelKeeperDeps } from "../../models/index.ts";
import { type Hub, startHub } from "./hub.ts";
import { temporaryFolder, whisperFiles, whisperRepository } from "./places.ts";

let hub: Hub;
let keeper: ModelKeeper | undefined;
let arrived: string[];
let events: ServerEvent<"model:progress">[];
let waiting: (() => void)[];

const sink: EventSink = {
	emit(name, payload) {
		if (name === "model:progress") events.push(payload as ServerEvent<"model:progress">);
	},
};

/** Time that only passes when the test says so. */
const clock: Clock = {
	now: () => new Date(0),
	after(_ms, callback) {
		waiting.push(callback);
		return () => waiting.splice(waiting.indexOf(callback), 1);
	},
};

beforeEach(async () => {
	hub = await startHub(whisperRepository, whisperFiles());
	arrived = [];
	events = [];
	waiting = [];
});

afterEach(async () => {
	await keeper?.stop();
	keeper = undefined;
	await hub.close();
});

async function keep(more: Partial<ModelKeeperDeps> = {}): Promise<ModelKeeper> {
	keeper = await keepModels({
		dirs: [],
		dataDir: temporaryFolder(),
		setting: "auto",
		also: [],
		hub: hub.url,
		reserveBytes: 0,
		retryAfterMs: [],
		events: sink,
		log: silentLogger,
		clock,
		onArrived: (model) => void arrived.push(model.name),
		...more,
	});
	return keeper;
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("the assistant starts at once on what it has, and is told when Whisper has come", async () => {
	const { now, pending } = await keep();
	expect(now.name).toBe("moonshine-base");
	expect(pending()).toEqual(["whisper-tiny.en"]);
	await until(() => arrived.length > 0);
	expect(arrived).toEqual(["whisper-tiny.en"]);
	expect(pending()).toEqual([]);
	expect(events.at(-1)).toMatchObject({ model: "whisper-tiny.en", state: "ready" });
});

test("at the next start the downloaded Whisper is used from the beginning", async () => {
	const dataDir = temporaryFolder();
	await keep({ dataDir });
	await until(() => arrived.length > 0);
	await keeper?.stop();
	const again = await keep({ dataDir });
	expect(again.now).toMatchObject({ name: "whisper-tiny.en", origin: "data" });
	expect(again.pending()).toEqual([]);
});

test("without network the start succeeds, the page is told, and the download comes when the network does", async () => {
	const address = hub.url;
	await hub.close();
	const { now } = await keep({ hub: address });
	expect(now.name).toBe("moonshine-base");
	await until(() => waiting.length > 0);
	expect(events.at(-1)).toMatchObject({ model: "whisper-tiny.en", state: "failed" });
	hub = await startHub(whisperRepository, whisperFiles(), Number(new URL(address).port));
	waiting.shift()?.();
	await until(() => arrived.length > 0);
	expect(arrived).toEqual(["whisper-tiny.en"]);
});

test("offline nothing is asked for", async () => {
	const { now, pending } = await keep({ offline: true });
	expect(now.name).toBe("moonshine-base");
	expect(pending()).toEqual(["whisper-tiny.en"]);
	expect(hub.requests).toEqual([]);
});

test("stopping in the middle of a download ends it", async () => {
	hub.intercept = (_path, _request, response) => {
		response.writeHead(200, { "content-length": 1_000_000 });
		response.write(Buffer.alloc(1000));
		return true;
	};
	const { stop } = await keep();
	await until(() => hub.requests.some((path) => path.startsWith("/bytes/")));
	await stop();
	expect(arrived).toEqual([]);
});
