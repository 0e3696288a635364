import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handClock, startApp } from "./support/app.ts";

let app: Awaited<ReturnType<typeof startApp>>;
const time = handClock();
beforeAll(async () => {
	app = await startApp({ clock: time.clock });
});
afterAll(() => app.stop());

let sessions = 0;
const newSession = () => `s${++sessions}`;
const say = async (text: string, session: string, as = app.admin) =>
	(await app.send("/command", { json: { text, session }, as })).body;
const answer = (id: string, approve: boolean, as = app.admin) =>
	app.send(`/confirmations/${id}`, { json: { approve }, as });
const deletions = () => app.calls.filter(({ tool }) => tool === "delete_path").length;

test("a sentence that reads is done at once", async () => {
	expect(await say("what time is it", newSession())).toMatchObject({
		status: "done",
		server: "main",
		tool: "get_time",
		reply: "Did get_time.",
		confidence: 1,
	});
});

test("what was named in words is found before it is read; a direct call is taken at its word", async () => {
	const session = newSession();
	expect(await say("read my note", session)).toMatchObject({ status: "done", arguments: { path: "/home/note.txt" } });
	expect(app.calls.slice(-2)).toMatchObject([{ resolve: true }, { arguments: { path: "/home/note.txt" } }]);
	const direct = await app.send("/command", {
		json: { tool: "read_note", arguments: { path: "note" } },
		as: app.admin,
	});
	expect(direct.body).toMatchObject({ status: "done", arguments: { path: "note" } });
	expect(app.calls.at(-1)?.resolve).toBeUndefined();
});

test("a sentence nothing serves runs nothing", async () => {
	const before = app.calls.length;
	expect(await say("make me a sandwich", newSession())).toMatchObject({ status: "unknown" });
	expect(app.calls.length).toBe(before);
});

test("a tool two servers have is refused with the choices, and done with the server named", async () => {
	const twice = (server?: string) =>
		app.send("/command", { json: { tool: "search", arguments: {}, server }, as: app.admin });
	expect((await twice()).body).toMatchObject({ status: "failed", error: { code: "conflict", message: /mail, files/ } });
	expect((await twice("files")).body.status).toBe("done");
});

test("a missing value is asked for, and the next sentence in that conversation answers", async () => {
	const session = newSession();
	expect(await say("remind me", session)).toMatchObject({ status: "ask", question: { slot: "duration" } });
	expect(await say("five minutes", newSession())).toMatchObject({ status: "unknown" });
	expect(await say("five minutes", session)).toMatchObject({ status: "done", arguments: { duration: "five minutes" } });
});

test("what destroys or goes out is asked about first, and done after a yes in words", async () => {
	const session = newSession();
	const before = deletions();
	const asked = await say("delete everything", session);
	expect(asked).toMatchObject({ status: "confirm", confirmation: { summary: 'delete_path {"path":"/home/a"}' } });
	expect(deletions()).toBe(before);
	expect(await say("yes please", session)).toMatchObject({ status: "done", tool: "delete_path" });
	expect(deletions()).toBe(before + 1);
	expect(await say("yes please", session)).toMatchObject({ status: "unknown" });
	expect((await say("send it to bob", newSession())).status).toBe("confirm");
});

test("after a no, or another command, a yes does nothing", async () => {
	const before = deletions();
	for (const other of ["no", "what time is it"]) {
		const session = newSession();
		await say("delete everything", session);
		await say(other, session);
		expect(await say("yes", session)).toMatchObject({ status: "unknown" });
	}
	expect(deletions()).toBe(before);
});

test("a yes in another conversation or by another person confirms nothing", async () => {
	const before = deletions();
	const other = await app.person("olga", "user");
	const session = newSession();
	const asked = await say("delete everything", session);
	expect(await say("yes", newSession())).toMatchObject({ status: "unknown" });
	expect(await say("yes", session, other)).toMatchObject({ status: "unknown" });
	expect((await answer(asked.confirmation.id, true, other)).status).toBe(404);
	expect(deletions()).toBe(before);
	expect((await answer(asked.confirmation.id, true)).body.status).toBe("done");
});

test("a confirmation counts once", async () => {
	const asked = await say("delete everything", newSession());
	const before = deletions();
	const both = await Promise.all([answer(asked.confirmation.id, true), answer(asked.confirmation.id, true)]);
	expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
	expect((await answer(asked.confirmation.id, true)).status).toBe(409);
	expect(deletions()).toBe(before + 1);
});

test("a confirmation expires", async () => {
	const asked = await say("delete everything", newSession());
	time.pass(121_000);
	expect((await answer(asked.confirmation.id, true)).status).toBe(409);
});

test("a confirmation whose arguments were swapped is refused", async () => {
	const asked = await say("delete everything", newSession());
	const before = deletions();
	app.store.db.run(sql`UPDATE confirmations SET arguments = '{"path":"/"}' WHERE id = ${asked.confirmation.id}`);
	expect((await answer(asked.confirmation.id, true)).status).toBe(409);
	expect(deletions()).toBe(before);
});

test("whoever lost the right since is refused at the yes", async () => {
	const as = await app.person("lena", "user");
	const asked = await say("delete everything", "s", as);
	await app.send("/users/lena", { method: "PATCH", json: { role: "guest" }, as: app.admin });
	expect((await answer(asked.confirmation.id, true, as)).body).toMatchObject({
		status: "failed",
		error: { code: "forbidden" },
	});
});

test("after strangers' words were read, what acts is asked about again; timers are not", async () => {
	const session = newSession();
	expect((await say("write a note", session)).status).toBe("done");
	await say("read my mail", session);
	expect((await say("write a note", session)).status).toBe("confirm");
	expect((await say("set a timer", session)).status).toBe("done");
	expect((await say("write a note", newSession())).status).toBe("done");
});

test("a direct call is exact and runs without asking", async () => {
	const direct = await app.send("/command", {
		json: { tool: "delete_path", arguments: { path: "/a" } },
		as: app.admin,
	});
	expect(direct.body).toMatchObject({ status: "done", result: { ok: true } });
});

test("the main server's tools have a route of their own, others' are not there", async () => {
	expect(await app.send("/get_time", { json: {}, as: app.admin })).toMatchObject({ status: 200, body: { ok: true } });
	expect((await app.send("/get_time", { json: {} })).status).toBe(401);
	expect((await app.send("/delete_path", { json: {}, as: app.admin })).status).toBe(404);
});

test("what acted is in the audit log with a digest, and secrets are in neither log", async () => {
	const asked = await say("send it to bob", newSession());
	await answer(asked.confirmation.id, true);
	const { body: log } = await app.send("/audit?action=tool.call", { as: app.admin });
	expect(log.entries[0]).toMatchObject({ userName: "admin", target: "mail:send_email", outcome: "done" });
	expect(log.entries[0].digest).toMatch(/^[0-9a-f]{64}$/);
	const { body: past } = await app.send("/history", { as: app.admin });
	expect(past.turns[0]).toMatchObject({
		tool: "send_email",
		arguments: { to: "bob@example.org", password: "(hidden)" },
	});
	expect(JSON.stringify([log, past])).not.toContain("hunter2");
});

test("the history is read page by page, newest first", async () => {
	const first = (await app.send("/history?limit=3", { as: app.admin })).body;
	const second = (await app.send(`/history?limit=3&before=${first.next}`, { as: app.admin })).body;
	const seqs = [...first.turns, ...second.turns].map(({ seq }) => seq);
	expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
	expect(new Set(seqs).size).toBe(6);
});

test.each([
	["no JSON", "{", 400],
	["neither text nor tool", "{}", 400],
	["an empty sentence", '{"text":"  "}', 400],
	["a sentence of 5,000 characters", JSON.stringify({ text: "a".repeat(5_000) }), 400],
	["arguments that are no object", '{"tool":"get_time","arguments":[1]}', 400],
])("%s is refused with what was expected", async (_, body, status) => {
	const headers = { "content-type": "application/json" };
	const refused = await app.send("/command", { method: "POST", body, headers, as: app.admin });
	expect(refused).toMatchObject({ status, body: { code: "bad_request" } });
});

test("the description of all routes names the main server's tools too", async () => {
	const { body } = await app.send("/openapi.json", { as: app.admin });
	expect(body.openapi).toBe("3.1.0");
	for (const path of ["/token", "/command", "/confirmations/{id}", "/api_keys", "/users", "/get_time", "/health"]) {
		expect(body.paths).toHaveProperty([path]);
	}
});
