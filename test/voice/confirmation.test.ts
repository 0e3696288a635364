import { describe, expect, test } from "vitest";
import type { Reply } from "../../core/contract/index.ts";
import { type Answered, answerOver } from "../../core/voice/answer-over.ts";
import { bytesOf, done, fakeAssistant, setUp, speakInto } from "./fakes/client.ts";
import { fakeEngines, joinPcm, silence } from "./fakes/engines.ts";
import { inVirtualTime } from "./fakes/virtual-time.ts";

const finished = () => 0.98;

inVirtualTime();

describe.concurrent("a confirmation", () => {
	const confirm: Omit<Reply, "turn"> = {
		...done("Delete the file report? Say yes or no."),
		status: "confirm",
		confirmation: { id: "c-7", summary: "Delete the file report", expires_at: "2030-01-01T00:00:00Z" },
	};
	const asks = () => fakeAssistant((text) => (text === "delete it" ? confirm : done("Okay.")));

	test.each([
		["yes please", true],
		["no never mind", false],
	])("is answered by '%s'", async (answer, approve) => {
		const engines = fakeEngines({ complete: finished });
		const assistant = asks();
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("delete it"), silence(1200)));
		await speakInto(session, joinPcm(engines.say(answer), silence(500)));
		await events.next("reply", { skip: 1 });
		expect(assistant.confirmations).toEqual([{ id: "c-7", approve }]);
		expect(assistant.commands).toHaveLength(1);
	});

	test("is dropped by another command: a later yes confirms nothing", async () => {
		const engines = fakeEngines({ complete: finished });
		const assistant = asks();
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("delete it"), silence(1200)));
		await speakInto(session, joinPcm(engines.say("what time is it"), silence(1000)));
		await speakInto(session, joinPcm(engines.say("yes"), silence(500)));
		await events.next("reply", { skip: 2 });
		expect(assistant.confirmations).toEqual([]);
	});

	test("is never given by the assistant's own voice", async () => {
		const engines = fakeEngines({ complete: finished, msPerCharacter: 40 });
		const assistant = asks();
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("delete it"), silence(500)));
		await events.next("audio:reply");
		// The loudspeaker comes back as words so loud and early that only the words themselves can tell.
		await speakInto(session, joinPcm(engines.say("say yes"), silence(500)));
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(assistant.confirmations).toEqual([]);
		expect(assistant.commands).toHaveLength(1);
	});

	const longQuestion: Omit<Reply, "turn"> = {
		...confirm,
		reply: "This deletes the whole file report. Do you want me to go on with that?",
	};
	/** The question is being read aloud: each of its sentences takes about two seconds. */
	async function whileItAsks(engines = fakeEngines({ complete: finished, msPerCharacter: 60 })) {
		const assistant = fakeAssistant((text) => (text === "delete it" ? longQuestion : done("Okay.")));
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "push-to-talk" });
		await speakInto(session, joinPcm(engines.say("delete it"), silence(500)));
		await events.next("audio:reply");
		const say = (quietMs: number, words: string) =>
			speakInto(session, joinPcm(silence(quietMs), engines.say(words), silence(600)));
		return { assistant, events, say, session, engines };
	}

	test.each(["no", "stop", "no no cancel that"])(
		"is cancelled at once by a '%s' while it is being read aloud",
		async (word) => {
			const { assistant, events, say } = await whileItAsks();
			await say(500, word);
			await events.next("reply", { skip: 1 });
			expect(assistant.confirmations).toEqual([{ id: "c-7", approve: false }]);
			expect(events.of("audio:cancel")).toHaveLength(1);
		},
	);

	test("is given by a yes that comes with its closing words", async () => {
		const { assistant, events, say } = await whileItAsks();
		await say(2400, "yes");
		await events.next("reply", { skip: 1 });
		expect(assistant.confirmations).toEqual([{ id: "c-7", approve: true }]);
	});

	test("is not given by a yes before anybody can know to what: it is asked again, and then a yes counts", async () => {
		const { assistant, events, say, engines } = await whileItAsks();
		await say(1000, "yes");
		const again = await events.next("reply", { skip: 1 });
		expect(again).toMatchObject({ status: "confirm", confirmation: { id: "c-7" } });
		expect(assistant.confirmations).toEqual([]);
		await say(4500, "yes");
		await events.next("reply", { skip: 2 });
		expect(assistant.confirmations).toEqual([{ id: "c-7", approve: true }]);
		expect(engines.spoken.filter((sentence) => sentence.startsWith("This deletes"))).toHaveLength(2);
	});

	test.each(["shall i", "sure", "yes", "delete the whole file report do you want me to", "do it"])(
		"is never given by its own voice coming back through the microphone, heard as '%s'",
		async (misheard) => {
			// What is played comes back 120 ms later, half as loud; the recogniser makes of it what it likes.
			const engines = fakeEngines({ complete: finished, msPerCharacter: 60, hears: (words) => words || misheard });
			const { assistant, events, session } = await whileItAsks(engines);
			const began = performance.now();
			const loudspeaker = silence(6000);
			let [pieces, end] = [0, 1920];
			for (let frame = 0; frame < 250; frame += 1) {
				const due = began + frame * 20 - performance.now();
				if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
				for (const { pcm } of events.of("audio:reply").slice(pieces)) {
					const sound = new Int16Array(pcm.slice().buffer).map((sample) => sample / 2);
					loudspeaker.set(sound.subarray(0, loudspeaker.length - end), end);
					pieces += 1;
					end = Math.min(end + sound.length, loudspeaker.length);
				}
				session.push(bytesOf(loudspeaker.slice(frame * 320, (frame + 1) * 320)));
			}
			expect(assistant.confirmations).toEqual([]);
			expect(assistant.commands).toHaveLength(1);
		},
	);

	test("needs no wake phrase", async () => {
		const engines = fakeEngines({ complete: finished });
		const assistant = asks();
		const { session, events } = setUp({ engines, assistant });
		session.start({ mode: "hands-free" });
		await speakInto(session, joinPcm(engines.say("hey computer delete it"), silence(1200)));
		await speakInto(session, joinPcm(engines.say("do it"), silence(500)));
		await events.next("reply", { skip: 1 });
		expect(assistant.confirmations).toEqual([{ id: "c-7", approve: true }]);
	});
});

const heardAll: Answered = {
	words: "yes",
	spoken: "This deletes it. Shall I?",
	surely: true,
	closing: true,
	again: false,
};

test.each<[string, Partial<Answered>, ReturnType<typeof answerOver>]>([
	["a person's yes to all of the question", {}, "yes"],
	["a person's yes to half of it", { closing: false }, "again"],
	["a yes that may be the loudspeaker's", { surely: false }, "again"],
	["the same a second time", { surely: false, again: true }, "nothing"],
	["a yes while it says that word itself", { spoken: "This deletes it. Say yes or no." }, "again"],
	["its own yes", { spoken: "This deletes it. Say yes or no.", surely: false }, "nothing"],
	["its own word misheard", { words: "sure", surely: false, again: true }, "nothing"],
	["a no, whoever it may be", { words: "no", surely: false, closing: false }, "no"],
	["a stop", { words: "stop talking", surely: false, closing: false }, "no"],
	["its own no", { words: "no", spoken: "This deletes it. Say yes or no.", surely: false }, "nothing"],
	["a person's no while it says that word", { words: "no", spoken: "This deletes it. Say yes or no." }, "no"],
	["anything else", { words: "what time is it" }, undefined],
])("over the question, %s counts as it should", (_, said, counts) => {
	expect(answerOver({ ...heardAll, ...said })).toBe(counts);
});
