import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AiosError, type Announcement, type Progress, silentLogger, systemClock } from "../../core/contract/index.ts";
import { createWorks, follow, look, stateOf, stop, type Work } from "../../core/work/index.ts";
import { admin } from "../fixtures/people.ts";

const announced: Announcement[] = [];
const started: Progress[] = [];
const base = { user: admin, session: "s", clock: systemClock, log: silentLogger };
const context = (more: object = {}) => ({
	...base,
	signal: new AbortController().signal,
	progress: (update: Progress) => void started.push(update),
	...more,
});

beforeEach(() => {
	vi.useFakeTimers();
	announced.length = 0;
	started.length = 0;
});
afterEach(() => {
	vi.useRealTimers();
});

/** Works of one kind, and one of them that ends when it is told to. */
function begin(options: { longestMs?: number; atOnce?: number } = {}) {
	const { atOnce = 4, ...limits } = options;
	const works = createWorks<string>({
		letter: "w",
		noun: "job",
		atOnce,
		announce: (said) => void announced.push(said),
	});
	let finish: (result: string) => void = () => {};
	const start = (owner = admin.id): Work<string> =>
		works.start(owner, {
			source: "a thing",
			...limits,
			run: ({ signal, progress }) =>
				new Promise((resolve, reject) => {
					progress({ progress: 1, message: "begun" });
					finish = resolve;
					signal.addEventListener("abort", () => reject(signal.reason), { once: true });
				}),
		});
	return { works, start, finish: (result: string) => finish(result) };
}

const over = () => "The job is done.";

describe("who asked in words", () => {
	test("has an answer in ten seconds, and is told when it is done", async () => {
		const { start, finish } = begin();
		const work = start();
		const following = follow(work, { wait_ms: undefined, over }, context({ words: true }));
		await vi.advanceTimersByTimeAsync(10_000);
		await following;
		expect(stateOf(work)).toEqual({ id: "w1", status: "running", told: true });
		expect(started).toEqual([{ progress: 1, message: "begun" }]);
		finish("ready");
		await work.ended;
		expect(announced).toEqual([{ text: "The job is done.", kind: "notice", userId: admin.id }]);
		expect(stateOf(work)).toEqual({ id: "w1", status: "done", told: false });
	});

	test("is told of a failure too, and of nothing they stopped themselves", async () => {
		const { works, start } = begin({ longestMs: 20_000 });
		const [late, stopped] = [start(), start()];
		for (const work of [late, stopped]) {
			const following = follow(work, { wait_ms: undefined, over }, context({ words: true }));
			if (work === late) await vi.advanceTimersByTimeAsync(10_000);
			else await vi.advanceTimersByTimeAsync(0);
			if (work === late) await following;
			else {
				await stop(works, { id: work.id }, context());
				await expect(following).rejects.toMatchObject({ code: "cancelled" });
			}
		}
		await vi.advanceTimersByTimeAsync(10_000);
		expect(late.error).toMatchObject({ code: "timeout" });
		expect(announced).toHaveLength(1);
	});

	test("is not told twice: whoever waits for the end at that moment has it as the answer", async () => {
		const { works, start, finish } = begin();
		const work = start();
		const following = follow(work, { wait_ms: undefined, over }, context({ words: true }));
		await vi.advanceTimersByTimeAsync(10_000);
		await following;
		const looking = look(works, { wait_ms: 45_000 }, context());
		finish("ready");
		expect((await looking).result).toBe("ready");
		expect(announced).toEqual([]);
	});
});

test("a program waits for 45 seconds, or for as long as it says, and then looks for itself", async () => {
	const { start } = begin();
	const [patient, quick] = [start(), start()];
	let answered = false;
	const waiting = follow(patient, { wait_ms: undefined, over }, context()).then(() => {
		answered = true;
	});
	await vi.advanceTimersByTimeAsync(44_000);
	expect(answered).toBe(false);
	await vi.advanceTimersByTimeAsync(1_000);
	await waiting;
	await follow(quick, { wait_ms: 0, over }, context());
	expect(stateOf(quick)).toMatchObject({ status: "running", told: false });
});

test("a caller who gives up stops it; one who only stops waiting does not", async () => {
	const { works, start } = begin();
	const work = start();
	const gone = new AbortController();
	const looking = look(works, { id: work.id, wait_ms: 45_000 }, context({ signal: gone.signal }));
	gone.abort();
	await looking;
	expect(stateOf(work).status).toBe("running");
	const left = new AbortController();
	const following = follow(work, { wait_ms: 45_000, over }, context({ signal: left.signal }));
	left.abort();
	await expect(following).rejects.toMatchObject({ code: "cancelled" });
	expect(stateOf(work)).toMatchObject({ status: "failed", error: "The job was cancelled." });
});

test("what nobody has read is kept, however much came after it; what was read makes room", async () => {
	const { works, start, finish } = begin({ atOnce: 1 });
	for (let n = 1; n <= 40; n += 1) {
		const work = start();
		finish(`result ${n}`);
		await work.ended;
		if (n > 1) stateOf(work);
	}
	expect(works.get(admin.id, { id: "w1" }).result).toBe("result 1");
	expect(() => works.get(admin.id, { id: "w2" })).toThrow(AiosError);
	expect(works.get(admin.id, { id: "w40" }).result).toBe("result 40");
	expect(() => works.get("somebody else", { id: "w40" })).toThrow(/no job w40/);
});

test("closing ends what is under way and tells nobody", async () => {
	const { works, start } = begin();
	const work = start();
	const following = follow(work, { wait_ms: undefined, over }, context({ words: true }));
	await vi.advanceTimersByTimeAsync(10_000);
	await following;
	await works.close();
	expect(work.error).toMatchObject({ code: "cancelled" });
	expect(announced).toEqual([]);
});
