import { describe, expect, test } from "vitest";
import { createFrames } from "../../core/voice/frames.ts";
import { bytesOf, setUp, speakInto } from "./fakes/client.ts";
import { fakeEngines, joinPcm, silence } from "./fakes/engines.ts";
import { inVirtualTime } from "./fakes/virtual-time.ts";

const finished = () => 0.98;

inVirtualTime();

describe.concurrent("sound that is not as it should be", () => {
	test("pieces of odd length are put together again: the words are the same", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		const bytes = bytesOf(joinPcm(silence(100), engines.say("what time is it"), silence(600)));
		for (let at = 0, size = 1; at < bytes.length; at += size, size = (size % 1333) + 7) {
			session.push(bytes.slice(at, at + size));
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		session.stop();
		await events.next("reply");
		expect(assistant.commands[0]?.text).toBe("what time is it");
		session.close();
	});

	test("100 MB at once is refused, and the next sentence is heard", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		session.push(new Uint8Array(100 * 1024 * 1024));
		expect(await events.next("error")).toMatchObject({ code: "too_large" });
		await speakInto(session, joinPcm(engines.say("hello there"), silence(600)));
		await events.next("reply");
		expect(assistant.commands[0]?.text).toBe("hello there");
		session.close();
	});

	test("a flood is bounded: what comes faster than speech is refused, once told", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		for (let second = 0; second < 300; second += 1) session.push(bytesOf(silence(1000)));
		await events.next("error");
		expect(events.of("error").map(({ code }) => code)).toEqual(["rate_limited"]);
		expect(engines.streams[0]?.pushed).toBeLessThanOrEqual(61 * 16_000);
		session.close();
	});

	test("before start and after stop it is ignored", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.push(bytesOf(silence(100)));
		session.start({ mode: "hands-free" });
		session.stop();
		await speakInto(session, joinPcm(engines.say("hey computer hello"), silence(500)), 100);
		expect(engines.streams.map(({ pushed }) => pushed)).toEqual([0]);
		expect(assistant.commands).toEqual([]);
		expect(events.all).toEqual([]);
		session.close();
	});

	test("that stops coming in mid-sentence ends the turn", async () => {
		const engines = fakeEngines({ complete: () => 0.02 });
		const { session, events } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, engines.say("open the door"));
		expect((await events.next("reply", { withinMs: 6000 })).reply).toContain("open the door");
		session.close();
	});
});

describe.concurrent("clients", () => {
	test("one that vanishes in mid-sentence leaves nothing behind, and hears nothing more", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 100 });
		const { session, events, loop } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("tell me more"), silence(600)));
		await events.next("audio:reply");
		await speakInto(session, engines.say("and what"));
		session.close();
		const before = events.all.length;
		expect(loop.status()).toEqual({ sessions: 0, listening: 0 });
		expect(engines.streams.every(({ open }) => !open)).toBe(true);
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(events.all).toHaveLength(before);
	});

	test("its running command is aborted when it vanishes", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		const command = assistant.command.bind(assistant);
		let aborted = false;
		assistant.command = async (input, options) => {
			options.signal.addEventListener("abort", () => {
				aborted = true;
			});
			const reply = command(input, options);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			return reply;
		};
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("work hard"), silence(500)));
		await events.next("intent");
		session.close();
		expect(aborted).toBe(true);
	});

	test("twenty at once each get their own words", async () => {
		const engines = fakeEngines({ complete: finished });
		const { loop, events } = setUp({ engines });
		const clients = Array.from({ length: 20 }, (_, i) => `n${i}`);
		const words = clients.map((_, i) => engines.say(`this is client ${"abcdefghijklmnopqrst"[i]}`));
		await Promise.all(
			clients.map(async (id, i) => {
				const session = loop.open({ id, user: { id, name: id, role: "user", permissions: [], via: "token" } });
				session.start({ mode: "push-to-talk" });
				await speakInto(session, joinPcm(words[i] ?? silence(1), silence(600)));
			}),
		);
		for (const [i, id] of clients.entries()) {
			while (events.of("reply", id).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
			expect(events.of("transcript:final", id).map(({ text }) => text)).toEqual([
				`this is client ${"abcdefghijklmnopqrst"[i]}`,
			]);
		}
		loop.close();
	});

	test("starting again forgets the sentence under way", async () => {
		const engines = fakeEngines({ complete: finished });
		const { session, events, assistant } = setUp({ engines });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, engines.say("delete all"));
		const { turn } = session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(500)));
		expect((await events.next("reply")).turn).toBe(turn);
		expect(assistant.commands.map(({ text }) => text)).toEqual(["what time is it"]);
		session.close();
	});
});

test("a byte too many is kept for the next piece", () => {
	const frames = createFrames();
	expect([...frames.take(new Uint8Array([1]), 0)]).toEqual([]);
	expect([...frames.take(new Uint8Array([2, 3]), 0)]).toEqual([0x0201]);
	expect([...frames.take(new Uint8Array([4]), 0)]).toEqual([0x0403]);
});
