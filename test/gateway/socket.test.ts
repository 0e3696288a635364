import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
const open: Socket[] = [];
beforeAll(async () => {
	app = await startApp();
});
afterEach(() => {
	for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(() => app.stop());

function connect(token: unknown, options: object = {}) {
	const socket = io(app.url, {
		auth: { token },
		transports: ["websocket"],
		reconnection: false,
		forceNew: true,
		...options,
	});
	open.push(socket);
	return socket;
}
// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an event is what it checks
const once = (socket: Socket, name: string) => new Promise<any>((resolve) => socket.once(name, resolve));

test.each(["websocket", "polling"])(
	"by %s a command is answered, and the status comes on connecting",
	async (transport) => {
		const socket = connect(app.admin, { transports: [transport] });
		expect(await once(socket, "status")).toMatchObject({ status: "healthy" });
		const intent = once(socket, "intent");
		const reply = await socket.emitWithAck("command", { text: "what time is it" });
		expect(reply).toMatchObject({ status: "done", tool: "get_time" });
		expect(await intent).toMatchObject({ turn: reply.turn, tool: "get_time" });
	},
);

test("an API key opens it too", async () => {
	const { body } = await app.send("/api_keys", { json: { name: "k" }, as: app.admin });
	await once(connect(body.key), "connect");
});

test.each([
	["no token", undefined],
	["a wrong one", "nope"],
	["one that is no text", { a: 1 }],
])("%s is refused with the reason", async (_, token) => {
	expect(await once(connect(token), "connect_error")).toMatchObject({ data: { code: "unauthenticated" } });
});

test("another site's page can't open it, whatever the token (WebSocket hijack)", async () => {
	for (const transports of [["websocket"], ["polling"]]) {
		await once(connect(app.admin, { transports, extraHeaders: { origin: "https://evil.example" } }), "connect_error");
		await once(connect(app.admin, { transports, extraHeaders: { origin: app.url } }), "connect");
	}
});

test("a confirmation is given on the socket, once", async () => {
	const socket = connect(app.admin);
	const asked = await socket.emitWithAck("command", { text: "delete everything" });
	expect(asked.status).toBe("confirm");
	const yes = { id: asked.confirmation.id, approve: true };
	expect(await socket.emitWithAck("confirm", yes)).toMatchObject({ status: "done", tool: "delete_path" });
	expect(await socket.emitWithAck("confirm", yes)).toMatchObject({ status: "failed", error: { code: "conflict" } });
});

test("sound reaches the voice loop as it was sent", async () => {
	const socket = connect(app.admin);
	expect(await socket.emitWithAck("audio:start", { sampleRate: 16_000, mode: "push-to-talk" })).toEqual({
		ok: true,
		turn: "t1",
	});
	socket.emit("audio:chunk", new Uint8Array([1, 2, 3]).buffer);
	await socket.emitWithAck("audio:stop");
	expect([...(app.heard.at(-1) ?? [])]).toEqual([1, 2, 3]);
});

test("what is malformed is answered with an error, and the connection stays", async () => {
	const socket = connect(app.admin);
	expect(await socket.emitWithAck("audio:start", { sampleRate: 8_000, mode: "push-to-talk" })).toMatchObject({
		ok: false,
		error: { code: "bad_request" },
	});
	const error = once(socket, "error");
	socket.emit("audio:chunk", new Uint8Array(2_000_000).buffer);
	expect(await error).toMatchObject({ code: "too_large" });
	const unknown = once(socket, "error");
	socket.emit("no:such", 1);
	expect(await unknown).toMatchObject({ code: "bad_request" });
	expect((await socket.emitWithAck("command", { text: "what time is it" })).status).toBe("done");
});

test("a message of 100 MB ends that connection only", async () => {
	const [greedy, other] = [connect(app.admin), connect(app.admin)];
	await Promise.all([once(greedy, "connect"), once(other, "connect")]);
	const ended = once(greedy, "disconnect");
	greedy.emit("audio:chunk", new Uint8Array(100_000_000).buffer);
	await ended;
	expect((await other.emitWithAck("command", { text: "what time is it" })).status).toBe("done");
});

test("who is shut out loses the open connection too", async () => {
	const token = await app.person("paul", "user");
	const socket = connect(token);
	await once(socket, "connect");
	expect((await socket.emitWithAck("command", { text: "write a note" })).status).toBe("done");
	const ended = once(socket, "disconnect");
	await app.send("/users/paul", { method: "PATCH", json: { disabled: true }, as: app.admin });
	await ended;
});

test("who is made a guest can't act on the open connection", async () => {
	const socket = connect(await app.person("pia", "user"));
	await once(socket, "connect");
	await app.send("/users/pia", { method: "PATCH", json: { role: "guest" }, as: app.admin });
	const reply = await socket.emitWithAck("command", { text: "write a note" });
	expect(reply).toMatchObject({ status: "failed", error: { code: "forbidden" } });
});
