import { expect, test, vi } from "vitest";
import { AiosError } from "../../core/contract/index.ts";
import { answerQuestions, createAsker, createLines } from "../../core/ipc/index.ts";

/** Two processes' ends of one line. */
function ends() {
	const there: ReturnType<typeof createLines> = createLines((message) => here.receive(message));
	const here: ReturnType<typeof createLines> = createLines((message) => there.receive(message));
	return { here, there };
}

test("each question gets its own answer, whatever the order", async () => {
	const { here, there } = ends();
	answerQuestions(there.channel("q"), async (about) => {
		await Bun.sleep(about === "slow" ? 20 : 0);
		return `${about} answer`;
	});
	const ask = createAsker(here.channel("q"));
	expect(await Promise.all([ask("slow"), ask("quick")])).toEqual(["slow answer", "quick answer"]);
});

test("an error arrives as the error it is", async () => {
	const { here, there } = ends();
	answerQuestions(there.channel("q"), () => {
		throw new AiosError("not_found", "There is none.", { fix: "Make one." });
	});
	await expect(createAsker(here.channel("q"))("what")).rejects.toMatchObject({ code: "not_found", fix: "Make one." });
});

test("giving up a question stops the work on the other side", async () => {
	const { here, there } = ends();
	const stopped = vi.fn();
	answerQuestions(there.channel("q"), (_about, signal) => {
		signal.addEventListener("abort", stopped);
		return new Promise(() => {});
	});
	const stop = new AbortController();
	const asked = createAsker(here.channel("q"))("long", stop.signal);
	stop.abort();
	await expect(asked).rejects.toMatchObject({ code: "cancelled" });
	expect(stopped).toHaveBeenCalledOnce();
	await expect(createAsker(here.channel("q"))("again", stop.signal)).rejects.toMatchObject({ code: "cancelled" });
});

test("when one side goes, open questions fail and open work stops", async () => {
	const { here, there } = ends();
	const stopped = vi.fn();
	answerQuestions(there.channel("q"), (_about, signal) => {
		signal.addEventListener("abort", stopped);
		return new Promise(() => {});
	});
	const asked = createAsker(here.channel("q"))("long");
	here.close();
	await expect(asked).rejects.toMatchObject({ code: "unavailable" });
	there.close();
	expect(stopped).toHaveBeenCalledOnce();
});
