import type { Clock, PreviousCall, Understanding } from "../contract/index.ts";

type Question = Extract<Understanding, { kind: "ask" }>;

interface Conversation {
	question?: { value: Question; until: number };
	confirmation?: Asked & { until: number };
	previous?: { call: PreviousCall; until: number };
	works: PreviousCall[];
	offer?: { call: PreviousCall; until: number };
	spokenOf: Map<string, { value: unknown; until: number }>;
	taintedUntil?: number;
	lastTurn?: { heard?: string; reply: string };
}

/** A call that waits for a yes. */
export interface Asked {
	call: PreviousCall;
	confirmation: { id: string; summary: string; expires_at: string };
	/** It was asked again already, as the answer was not understood. */
	again?: boolean;
}

/** What is remembered of a conversation between two commands. */
export interface Conversations {
	/** The question that waits for its answer, and whether a yes is waited for; both stay. */
	waiting(key: string): { question?: Question; confirmation: boolean };
	/** The call that was made last, or is about to be, while words may still go on from it. */
	previous(key: string): PreviousCall | undefined;
	called(key: string, call: PreviousCall): void;
	/** Takes out the question that waits for its answer. */
	takeQuestion(key: string): Question | undefined;
	ask(key: string, question: Question): void;
	/** Takes out the call that waits for a yes. */
	takeConfirmation(key: string): Asked | undefined;
	await(key: string, asked: Asked): void;
	/** The calls whose work goes on, the newest first. */
	works(key: string): readonly PreviousCall[];
	keepWorks(key: string, works: PreviousCall[]): void;
	/** A call that a yes to the next question makes; nothing waits for it. */
	offer(key: string, call: PreviousCall): void;
	takeOffer(key: string): PreviousCall | undefined;
	/** Values a server's next call goes on with where it says none, by field: the repository last spoken of. */
	carried(key: string, server: string): Record<string, unknown>;
	carry(key: string, server: string, values: Record<string, unknown>): void;
	/** Remembers that a stranger's words were read. */
	taint(key: string): void;
	tainted(key: string): boolean;
	/** Remembers what was said and answered, to be repeated on request. */
	said(key: string, turn: { heard?: string; reply: string }): void;
	lastTurn(key: string): { heard?: string; reply: string } | undefined;
}

/** How long an unanswered question waits. */
const questionMs = 120_000;
/** How long "and in Berlin" goes on from what was asked before. */
const previousMs = 120_000;
/** How long "push" means the repository last spoken of. */
const carriedMs = 15 * 60_000;
/** How long strangers' words are held to be present in a conversation after they were last read. */
const taintMs = 30 * 60_000;
/** Conversations remembered at most; the one used longest ago is forgotten first. */
const capacity = 10_000;

/** Conversations belong to one person: another's session of the same name is another conversation. */
export function conversationKey(userId: string, session: string): string {
	return `${userId}\n${session}`;
}

export function createConversations(clock: Clock): Conversations {
	const known = new Map<string, Conversation>();

	function open(key: string): Conversation {
		const found = known.get(key) ?? { works: [], spokenOf: new Map() };
		known.delete(key);
		known.set(key, found);
		if (known.size > capacity) {
			const oldest = known.keys().next().value;
			if (oldest !== undefined) known.delete(oldest);
		}
		return found;
	}
	const now = () => clock.now().getTime();

	return {
		waiting(key) {
			const { question, confirmation } = known.get(key) ?? {};
			return {
				question: question !== undefined && question.until > now() ? question.value : undefined,
				confirmation: confirmation !== undefined && confirmation.until > now(),
			};
		},
		takeQuestion(key) {
			const conversation = known.get(key);
			const question = conversation?.question;
			if (conversation) conversation.question = undefined;
			return question !== undefined && question.until > now() ? question.value : undefined;
		},
		ask(key, value) {
			open(key).question = { value, until: now() + questionMs };
		},
		takeConfirmation(key) {
			const conversation = known.get(key);
			const confirmation = conversation?.confirmation;
			if (conversation) conversation.confirmation = undefined;
			return confirmation !== undefined && confirmation.until > now() ? confirmation : undefined;
		},
		await(key, asked) {
			open(key).confirmation = { ...asked, until: Date.parse(asked.confirmation.expires_at) };
		},
		works: (key) => known.get(key)?.works ?? [],
		keepWorks(key, works) {
			open(key).works = works;
		},
		offer(key, call) {
			open(key).offer = { call, until: now() + questionMs };
		},
		takeOffer(key) {
			const conversation = known.get(key);
			const offer = conversation?.offer;
			if (conversation) conversation.offer = undefined;
			return offer !== undefined && offer.until > now() ? offer.call : undefined;
		},
		carried(key, server) {
			const all = [...(known.get(key)?.spokenOf ?? [])].filter(([, { until }]) => until > now());
			const own = all.filter(([name]) => name.startsWith(`${server}\n`));
			return Object.fromEntries(own.map(([name, { value }]) => [name.slice(server.length + 1), value]));
		},
		carry(key, server, values) {
			const { spokenOf } = open(key);
			for (const [name, value] of Object.entries(values)) {
				spokenOf.set(`${server}\n${name}`, { value, until: now() + carriedMs });
			}
		},
		taint(key) {
			open(key).taintedUntil = now() + taintMs;
		},
		previous(key) {
			const previous = known.get(key)?.previous;
			return previous !== undefined && previous.until > now() ? previous.call : undefined;
		},
		called(key, call) {
			open(key).previous = { call, until: now() + previousMs };
		},
		said(key, turn) {
			open(key).lastTurn = turn;
		},
		lastTurn: (key) => known.get(key)?.lastTurn,
		tainted: (key) => (known.get(key)?.taintedUntil ?? 0) > now(),
	};
}
