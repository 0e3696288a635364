import { createSession, type OpenSession } from "./session.ts";
import type { VoiceDeps, VoiceLoop } from "./types.ts";

/**
 * The voice loop: sound of any number of clients in; words, commands, and spoken answers out as events. It holds no
 * models: those are behind `engines`, in another process, and may come and go.
 */
export function createVoiceLoop(deps: VoiceDeps): VoiceLoop {
	const sessions = new Set<OpenSession>();
	return {
		open(client) {
			const session = createSession(deps, client, () => sessions.delete(session));
			sessions.add(session);
			return session;
		},
		announce({ userId, ...announcement }) {
			const meant = [...sessions].filter(({ client }) => userId === undefined || client.user.id === userId);
			for (const session of meant) session.announce(announcement);
			return meant.length;
		},
		status: () => ({
			sessions: sessions.size,
			listening: [...sessions].filter((session) => session.listening).length,
		}),
		close() {
			for (const session of sessions) session.close();
		},
	};
}
