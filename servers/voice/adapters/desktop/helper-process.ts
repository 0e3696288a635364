import { join } from "node:path";
import type { z } from "zod";
import { AiosError, abortError, type Clock, type Logger } from "../../../../core/contract/index.ts";
import { createAsker, createLines } from "../../../../core/ipc/index.ts";
import { type Action, type Answer, answerSchemas } from "./actions.ts";

/** The helper ends after this long without work: it is 60 MB nobody needs then. */
const idleMs = 60_000;
/** Longest an action may take before the helper counts as hung; typing has its own limit. */
const patienceMs = 15_000;

/** What an action takes besides its name. */
type How<D extends Action["do"]> = Omit<Extract<Action, { do: D }>, "do">;

export interface Helper {
	/**
	 * Has the helper carry out one action. It is started at the first, and anew after it died or hung. Throws
	 * `missing_part` where the display can't be used, `unavailable` where it died at work, `timeout`, `cancelled`.
	 */
	ask<D extends Action["do"]>(action: D, how: How<D>, signal: AbortSignal): Promise<Answer<D>>;
	close(): Promise<void>;
}

interface HelperDeps {
	env: Readonly<Record<string, string>>;
	clock: Clock;
	log: Logger;
	/** Command line of the helper. */
	command?: readonly string[];
	patienceMs?: number;
}

/** Keeps the process that holds nut-js. One action at a time: mouse and keyboard are one each. */
export function createHelper(deps: HelperDeps): Helper {
	const { clock, log, env } = deps;
	const command = deps.command ?? [process.execPath, "--no-env-file", join(import.meta.dirname, "helper.ts")];
	const patience = deps.patienceMs ?? patienceMs;
	let running: ReturnType<typeof start> | undefined;
	let cancelIdle: (() => void) | undefined;
	let last: Promise<unknown> = Promise.resolve();

	function start() {
		const child = Bun.spawn([...command], {
			env: { ...env },
			stdio: ["ignore", "ignore", "ignore"],
			serialization: "advanced",
			ipc: (message) => lines.receive(message),
			onExit(_, code, signal) {
				log.debug("the desktop helper ended", { code, signal });
				if (running?.child === child) running = undefined;
				lines.close();
			},
		});
		const lines = createLines((message) => {
			if (child.exitCode === null && !child.killed) child.send(message);
		});
		return { child, ask: createAsker(lines.channel("desktop")), worked: false };
	}

	async function carry<D extends Action["do"]>(action: D, how: How<D>, signal: AbortSignal): Promise<Answer<D>> {
		if (signal.aborted) throw abortError(signal);
		cancelIdle?.();
		running ??= start();
		const helper = running;
		const stopped = Promise.withResolvers<never>();
		const end = (error: AiosError) => {
			stopped.reject(error);
			if (running === helper) running = undefined;
			helper.child.kill("SIGKILL");
		};
		const onAbort = () => end(abortError(signal));
		signal.addEventListener("abort", onAbort, { once: true });
		const cancelLimit = clock.after(patience, () => end(hung()));
		try {
			const value = await Promise.race([helper.ask({ ...how, do: action }), stopped.promise]);
			helper.worked = true;
			return schemas[action].parse(value);
		} catch (thrown) {
			const error = AiosError.from(thrown);
			throw error.code === "unavailable" ? gone(helper.worked, env) : error;
		} finally {
			cancelLimit();
			signal.removeEventListener("abort", onAbort);
			cancelIdle = clock.after(idleMs, () => helper.child.kill());
		}
	}

	return {
		ask(action, how, signal) {
			const result = last.then(() => carry(action, how, signal));
			last = result.catch(() => {});
			return result;
		},
		async close() {
			cancelIdle?.();
			const child = running?.child;
			running = undefined;
			child?.kill();
			await child?.exited;
		},
	};
}

const schemas: { [D in Action["do"]]: z.ZodType<Answer<D>> } = answerSchemas;

function hung(): AiosError {
	return new AiosError("timeout", "The desktop did not react in time.", { fix: "Try again." });
}

/** nut-js goes down with its process where the display named by the environment can't be opened. */
function gone(worked: boolean, env: Readonly<Record<string, string>>): AiosError {
	if (worked) {
		return new AiosError("unavailable", "The part that works mouse and keyboard stopped.", {
			fix: "It may have been done or not: look before you ask again.",
		});
	}
	const name = env.DISPLAY === undefined ? "The display" : `The display ${env.DISPLAY}`;
	return new AiosError("missing_part", `${name} can't be used.`, {
		fix: "Start AIOS inside the desktop session it should work in.",
	});
}
