import { z } from "zod";
import type { ServerEvent, ServerEventName } from "../../../core/contract/index.ts";
import type { Account } from "../account/index.ts";
import { createPlayer, openMicrophone, type Player } from "../audio/index.ts";
import { randomId } from "../parts/random-id.ts";
import { createStore, type Store } from "../parts/store.ts";
import type { Settings } from "../settings/index.ts";
import { type Connection, connect, Refused } from "./connection.ts";
import { readHistory } from "./history.ts";
import { type Announcement, initialLiveState, type LiveAction, type LiveState, reduceLive } from "./state.ts";
import { createTalk, type Talk } from "./talk.ts";
import type { Turn, TurnEvent } from "./turns.ts";

const sessionKey = "aios.session";

/** The assistant as the screen sees it: its state, and everything a person can do with it. */
export interface LiveAssistant extends Pick<Store<LiveState, never>, "get" | "subscribe"> {
	readonly talk: Talk;
	readonly player: Player;
	/** Sends words. False where there is no connection: the words stay with the caller. */
	say(text: string): boolean;
	decide(confirmation: string, approve: boolean): Promise<void>;
	/** Stops the assistant's speech here and at the server. */
	interrupt(): void;
	dismissNotice(): void;
	/** Takes an announcement off the screen; an alarm falls silent. */
	putAway(announcement: Announcement): void;
	/** Reads the next older page of the history, where there is one. */
	showOlder(): Promise<void>;
	close(): void;
}

export function createLiveAssistant(deps: { account: Account; settings: Store<Settings, never> }): LiveAssistant {
	const { account, settings } = deps;
	const { get, subscribe, dispatch } = createStore<LiveState, LiveAction>(reduceLive, initialLiveState);
	const session = conversation();
	const player = createPlayer({
		onSpeaking(turn) {
			dispatch({ type: "speaking", turn });
			talk.onSpeaking(turn !== undefined);
		},
		onBlocked: (blocked) => dispatch({ type: "soundBlocked", blocked }),
	});
	player.setVolume(settings.get().volume);
	const unwatch = settings.subscribe(() => player.setVolume(settings.get().volume));

	const connection: Connection = connect({
		token: account.token,
		renew: account.renew,
		onState(state) {
			dispatch({ type: "connection", connection: state });
			talk.onConnection(state === "online");
			if (state === "offline") player.cancel();
		},
		onEvent,
	});
	const talk = createTalk({
		connection,
		session,
		dispatch,
		openMicrophone,
		deviceId: () => settings.get().deviceId,
	});

	function onEvent<Name extends ServerEventName>(name: Name, payload: ServerEvent<Name>) {
		handlers[name](payload);
	}

	const about = (event: TurnEvent) => dispatch({ type: "event", event, at: Date.now() });

	const handlers: { [Name in ServerEventName]: (payload: ServerEvent<Name>) => void } = {
		status: (status) => dispatch({ type: "status", status }),
		"speech:start": () => talk.onSpeech("start"),
		"speech:end": () => talk.onSpeech("end"),
		"transcript:partial": (payload) => about({ name: "transcript:partial", payload }),
		announcement: (payload) => dispatch({ type: "announced", id: randomId(), at: Date.now(), ...payload }),
		"transcript:final": (payload) => {
			// Whoever speaks has heard the alarm, and the server silences it.
			if (payload.text !== "") putAway(alarms());
			about({ name: "transcript:final", payload });
			talk.onSpeech(payload.text === "" ? "nothing" : "final");
		},
		intent: (payload) => about({ name: "intent", payload }),
		"command:progress": (payload) => about({ name: "command:progress", payload }),
		reply(payload) {
			about({ name: "reply", payload });
			talk.onReply(payload.status === "ask" || payload.status === "confirm");
		},
		"turn:metrics": (payload) => about({ name: "turn:metrics", payload }),
		"audio:reply": (sound) => player.play(sound),
		"audio:cancel": ({ turn }) => player.cancel(turn),
		"model:progress": (model) => dispatch({ type: "model", model }),
		error: (payload) => {
			if (payload.turn === undefined) dispatch({ type: "notice", notice: payload });
			else {
				about({ name: "error", payload });
				talk.onSpeech("failed");
			}
		},
	};

	const alarms = () => get().announcements.filter(({ kind }) => kind === "alarm");
	const putAway = (announcements: readonly Announcement[]) => dispatch({ type: "putAway", announcements });

	function interrupt() {
		player.cancel();
		connection.send("interrupt");
		putAway(alarms());
	}

	async function showPast(before?: number) {
		try {
			dispatch({ type: "history", ...(await readHistory(account, before)) });
		} catch {
			const notice = { message: "What was said before could not be read", fix: "Try again once AIOS answers." };
			if (before !== undefined) dispatch({ type: "notice", notice });
		}
	}
	void showPast();

	return {
		get,
		subscribe,
		talk,
		player,
		say(text) {
			if (!connection.online) return false;
			player.unlock();
			const id = `local-${randomId()}`;
			dispatch({ type: "typed", id, text, at: Date.now() });
			connection.command(text, session).then(
				(reply) => dispatch({ type: "answered", id, reply }),
				(thrown) => dispatch({ type: "unanswered", id, failure: failureOf(thrown) }),
			);
			return true;
		},
		async decide(confirmation, approve) {
			player.unlock();
			const id = `local-${randomId()}`;
			dispatch({ type: "deciding", confirmation, approve, id, at: Date.now() });
			try {
				const reply = await connection.confirm(confirmation, approve);
				dispatch({ type: "decided", confirmation, approve, id, reply });
				talk.onReply(false);
			} catch (thrown) {
				dispatch({ type: "undecided", confirmation, id });
				dispatch({ type: "notice", notice: failureOf(thrown) });
			}
		},
		interrupt,
		putAway(announcement) {
			if (announcement.kind === "alarm") interrupt();
			else putAway([announcement]);
		},
		async showOlder() {
			const { older } = get();
			if (older !== undefined) await showPast(older);
		},
		dismissNotice: () => dispatch({ type: "notice", notice: undefined }),
		close() {
			unwatch();
			talk.close();
			player.cancel();
			connection.close();
		},
	};
}

/** Why no answer came, for a person. */
function failureOf(thrown: unknown): NonNullable<Turn["failure"]> {
	if (thrown instanceof Refused) return { message: thrown.message, fix: thrown.fix };
	if (thrown instanceof z.ZodError) {
		return { message: "The answer came in a form this page does not know.", fix: "Reload the page." };
	}
	return { message: "The connection dropped before the answer came. It may have been carried out.", resend: true };
}

/** The name of this tab's conversation: a question asked before a reload can still be answered after it. */
function conversation(): string {
	const known = sessionStorage.getItem(sessionKey);
	if (known !== null) return known;
	const made = randomId();
	sessionStorage.setItem(sessionKey, made);
	return made;
}
