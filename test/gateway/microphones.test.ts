import { expect, test, vi } from "vitest";
import type { SoundLine } from "../../core/contract/index.ts";
import { createMicrophones } from "../../core/gateway/index.ts";
import { createLines, openSoundLines } from "../../core/ipc/index.ts";
import type { VoiceLoop } from "../../core/voice/index.ts";
import { admin } from "../fixtures/people.ts";
import { heldClock } from "../servers/main/setup.ts";

type VoiceClient = Parameters<VoiceLoop["open"]>[0];

/** A microphone's process and the main process, with a voice loop that writes down what it is asked. */
function house() {
	const there: ReturnType<typeof createLines> = createLines((message) => here.receive(message));
	const here: ReturnType<typeof createLines> = createLines((message) => there.receive(message));
	const clock = heldClock(new Date(2026, 10, 23));
	const clients: VoiceClient[] = [];
	const session = { start: vi.fn(() => ({ turn: "t1" })), push: vi.fn(), close: vi.fn() };
	const loop = {
		open(client: VoiceClient) {
			clients.push(client);
			return session;
		},
	} as unknown as VoiceLoop;
	let signedIn = true;
	const microphones = createMicrophones({ renew: (user) => (signedIn ? user : undefined), clock });
	microphones.serve(there.channel("sound"), loop);
	const line = { spoken: vi.fn(), hushed: vi.fn(), ended: vi.fn() };
	const sound: SoundLine = { user: admin, session: "kitchen", mode: "hands-free", ...line };
	const send = vi.fn();
	return {
		listen: () => openSoundLines(here.channel("sound"))(sound),
		events: microphones.events(send),
		...{ clock, clients, session, line, send },
		signOut() {
			signedIn = false;
		},
		hangUp() {
			here.close();
			there.close();
		},
	};
}

test("sound reaches the voice loop as the person who began to listen, and closing closes it", async () => {
	const { listen, clients, session } = house();
	const open = await listen();
	expect(clients[0]?.user).toMatchObject({ id: admin.id, permissions: admin.permissions });
	expect(session.start).toHaveBeenCalledWith({ mode: "hands-free", session: "kitchen" });
	open.push(new Uint8Array([1, 2]));
	expect(session.push).toHaveBeenCalledWith(new Uint8Array([1, 2]));
	open.close();
	expect(session.close).toHaveBeenCalledOnce();
	open.push(new Uint8Array([3, 4]));
	expect(session.push).toHaveBeenCalledOnce();
});

test("the voice goes to the room, everything else to that person's pages", async () => {
	const { listen, clients, events, line, send } = house();
	await listen();
	const client = clients[0]?.id ?? "";
	const piece = { turn: "t1", sampleRate: 22_050, pcm: new Uint8Array([1, 2]), last: true };
	events.emit("audio:reply", { ...piece, seq: 0 }, { client });
	expect(line.spoken).toHaveBeenCalledWith(piece);
	events.emit("audio:cancel", { turn: "t1" }, { client });
	expect(line.hushed).toHaveBeenCalledOnce();
	expect(send).not.toHaveBeenCalled();
	events.emit("transcript:final", { turn: "t1", text: "hello", ms: 5 }, { client });
	expect(send).toHaveBeenCalledWith("transcript:final", { turn: "t1", text: "hello", ms: 5 }, { user: admin.id });
	events.emit("audio:cancel", { turn: "t2" }, { client: "a page" });
	expect(send).toHaveBeenCalledWith("audio:cancel", { turn: "t2" }, { client: "a page" });
});

test("who is signed out is no longer listened to", async () => {
	const { listen, clock, session, line, signOut } = house();
	await listen();
	clock.pass(5_000);
	expect(line.ended).not.toHaveBeenCalled();
	signOut();
	clock.pass(5_000);
	expect(session.close).toHaveBeenCalledOnce();
	expect(line.ended).toHaveBeenCalledWith(expect.objectContaining({ code: "unauthenticated" }));
});

test("when the microphone's process dies, its session is closed", async () => {
	const { listen, session, line, hangUp } = house();
	await listen();
	hangUp();
	expect(session.close).toHaveBeenCalledOnce();
	expect(line.ended).toHaveBeenCalledWith(expect.objectContaining({ code: "unavailable" }));
});
