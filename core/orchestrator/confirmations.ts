import { randomBytes } from "node:crypto";
import { AiosError, type Clock, type Principal, type ToolCall } from "../contract/index.ts";
import { digest } from "../text/index.ts";

export interface StoredConfirmation {
	id: string;
	hash: string;
	userId: string;
	session: string;
	server: string;
	tool: string;
	arguments: Record<string, unknown>;
	summary: string;
	createdAt: number;
	expiresAt: number;
	usedAt: number | null;
}

/** Where confirmations outlive the process. */
export interface ConfirmationStore {
	add(row: StoredConfirmation): void;
	byId(id: string): StoredConfirmation | undefined;
	/** Marks it answered; false when it was already. */
	use(id: string, at: number): boolean;
}

type ExactCall = Required<Omit<ToolCall, "resolve">>;

export interface Confirmations {
	/** Keeps a call until its person has answered. `expires_at` is ISO 8601. */
	ask(
		call: ExactCall,
		by: { user: Principal; session: string; summary: string },
	): { id: string; summary: string; expires_at: string };
	/**
	 * Takes the call out for its person, once. Throws `not_found` for an unknown id or another person's, `conflict` where
	 * it was answered or has expired or its content is not what was asked about.
	 */
	take(id: string, user: Principal): { call: ExactCall; session: string };
}

export function createConfirmations(deps: {
	store: ConfirmationStore;
	clock: Clock;
	lifetimeMs: number;
}): Confirmations {
	const { store, clock, lifetimeMs } = deps;
	return {
		ask(call, { user, session, summary }) {
			const createdAt = clock.now().getTime();
			const expiresAt = createdAt + lifetimeMs;
			const id = randomBytes(16).toString("base64url");
			const hash = hashOf(user.id, call);
			store.add({ ...call, id, hash, userId: user.id, session, summary, createdAt, expiresAt, usedAt: null });
			return { id, summary, expires_at: new Date(expiresAt).toISOString() };
		},
		take(id, user) {
			const row = store.byId(id);
			if (row === undefined || row.userId !== user.id) {
				throw new AiosError("not_found", "There is nothing to confirm under this id.");
			}
			const now = clock.now().getTime();
			if (row.usedAt !== null) throw gone("This was answered already.");
			if (row.expiresAt <= now) throw gone("This question has expired.");
			const call = { server: row.server, tool: row.tool, arguments: row.arguments };
			if (hashOf(user.id, call) !== row.hash) throw gone("The call is not the one that was asked about.");
			if (!store.use(id, now)) throw gone("This was answered already.");
			return { call, session: row.session };
		},
	};
}

/** Binds an answer to the person, the tool and the exact arguments. */
function hashOf(userId: string, { server, tool, arguments: input }: ExactCall): string {
	return digest([userId, server, tool, input]);
}

function gone(message: string): AiosError {
	return new AiosError("conflict", message, { fix: "Ask for it again." });
}
