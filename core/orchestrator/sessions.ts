import type { Clock, PreviousCall, Understanding } from "../contract/index.ts";

type Question = Extract<Understanding, { kind: "ask" }>;

interface Conversation {
	question?: { value: Question; until: number };
	confirmation?: { id: string; until: number };
	previous?: { call: PreviousCall; until: number };
	taintedUntil?: number;
	lastTurn?: { heard?: string; reply: string };
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
	/** Takes out the id of the confirmation that waits for a yes. */
	takeConfirmation(key: string): string | undefined;
	await(key: string, confirmation: { id: string; expires_at: string }): void;
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
		const found = known.get(key) ?? {};
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
			return confirmation !== undefined && confirmation.until > now() ? confirmation.id : undefined;
		},
		await(key, { id, expires_at }) {
			open(key).confirmation = { id, until: Date.parse(expires_at) };
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
