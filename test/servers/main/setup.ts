import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	AiosError,
	type Announcement,
	type CatalogueTool,
	type Clock,
	type SystemStatus,
	silentLogger,
	type Understander,
} from "../../../core/contract/index.ts";
import { lists, openStore, type Store, schedules } from "../../../core/store/index.ts";
import { createLocalServer, type LocalServer } from "../../../core/surface/index.ts";
import { createUnderstander } from "../../../core/understanding/index.ts";
import type { MainAdapters } from "../../../servers/main/adapters/index.ts";
import { createMainServer } from "../../../servers/main/index.ts";
import { admin } from "../../fixtures/people.ts";

/** A clock that stands still until it is moved; callbacks that became due run in order. */
export interface HeldClock extends Clock {
	/** Time passes: what is due on the way is called at its moment. */
	pass(ms: number): void;
	/** The clock is set to another time, as after a suspend: timeouts don't notice. */
	jump(ms: number): void;
}

export function heldClock(start: Date): HeldClock {
	let now = start.getTime();
	// What has passed since the start, which is what timeouts count, whatever the clock is set to.
	let elapsed = 0;
	let waiting: { at: number; callback: () => void }[] = [];
	return {
		now: () => new Date(now),
		after(ms, callback) {
			const entry = { at: elapsed + Math.max(0, ms), callback };
			waiting.push(entry);
			return () => {
				waiting = waiting.filter((one) => one !== entry);
			};
		},
		pass(ms) {
			const until = elapsed + ms;
			for (;;) {
				const next = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
				if (next === undefined) break;
				waiting = waiting.filter((one) => one !== next);
				now += next.at - elapsed;
				elapsed = next.at;
				next.callback();
			}
			now += until - elapsed;
			elapsed = until;
		},
		jump(ms) {
			now += ms;
		},
	};
}

const status: SystemStatus = {
	status: "degraded",
	version: "1.2.3",
	uptime_s: 3_725,
	servers: [
		{ name: "main", title: "Main", type: "builtin", status: "healthy", tools: 17, replicas: [], requirements: [] },
		{
			name: "browser",
			title: "Browser",
			type: "builtin",
			status: "unhealthy",
			reason: "no Chrome",
			tools: 3,
			replicas: [],
			requirements: [],
		},
	],
	voice: { stt: "", tts: "", vad: "", listening: false },
	load: { cpu: 0, memory_bytes: 0, turns: 0 },
};

/** The main server on a real database file, with a clock held still. */
export interface Home {
	clock: HeldClock;
	said: Announcement[];
	server: LocalServer;
	understander: Understander;
	catalogue: CatalogueTool[];
	/** Understands a sentence and runs the call it is; gives the spoken answer. Throws what the tool throws. */
	say(text: string, user?: string): Promise<string>;
	call(tool: string, input: unknown, user?: string): ReturnType<LocalServer["run"]>;
	/** Stops the server and starts it again on the same file, `ms` later. */
	restart(ms?: number): Promise<void>;
	/** The assistant around it answers nothing any more: not how it is, nor what was said. */
	loseAssistant(): void;
	/** The database is gone while the server goes on. */
	loseDatabase(): void;
	close(): void;
}

export const monday = new Date(2026, 10, 23, 15, 5, 0);

export async function home(start: Date = monday): Promise<Home> {
	const folder = mkdtempSync(join(tmpdir(), "main-"));
	const path = join(folder, "aios.db");
	const clock = heldClock(start);
	const said: Announcement[] = [];
	const replies = new Map<string, { heard: string; reply: string }>();
	let store: Store | undefined;
	let adapters: MainAdapters | undefined;
	const understander = createUnderstander();

	let lost = false;
	const unlessLost = <T>(value: T): T => {
		if (lost) throw new AiosError("unavailable", "The assistant does not answer.");
		return value;
	};

	const open = async () => {
		store = openStore({ path });
		const definition = createMainServer({
			schedules: schedules(store),
			lists: lists(store),
			status: () => unlessLost(status),
			catalogue: () => unlessLost(own.catalogue),
			lastTurn: (user, session) => unlessLost(replies.get(`${user} ${session}`)),
		});
		adapters = await definition.adapters({
			settings: {},
			dataDir: folder,
			childEnv: {},
			folders: { allowed: [], denied: [] },
			clock,
			log: silentLogger,
			announce: (announcement) => void said.push(announcement),
		});
		own.server = createLocalServer({ definition, adapters, clock, log: silentLogger });
		own.catalogue = [...own.server.tools];
		understander.load(own.catalogue);
		clock.pass(0);
	};
	const stop = () => {
		adapters?.close();
		store?.close();
	};

	const own = {
		clock,
		said,
		understander,
		catalogue: [] as CatalogueTool[],
		call(tool: string, input: unknown, user = admin.id) {
			const context = { user: { ...admin, id: user }, session: "s", signal: new AbortController().signal };
			return own.server.run(tool, input, context);
		},
		async say(text: string, user = admin.id) {
			const understood = await understander.understand(text, { now: clock.now() });
			if (understood.kind === "unknown") throw new Error(`"${text}" was not understood`);
			if (understood.kind === "ask") return understood.question;
			const { say } = await own.call(understood.tool, understood.arguments, user);
			if (understood.tool !== "repeat") replies.set(`${user} s`, { heard: text, reply: say });
			return say;
		},
		async restart(ms = 0) {
			stop();
			clock.jump(ms);
			await open();
		},
		loseAssistant() {
			lost = true;
		},
		loseDatabase: () => store?.close(),
		close() {
			stop();
			rmSync(folder, { recursive: true, force: true });
		},
	} as Home;
	await open();
	return own;
}
