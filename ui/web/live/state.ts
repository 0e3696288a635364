import type { ServerEvent, SystemStatus } from "../../../core/contract/index.ts";
import type { MicrophoneProblem } from "../audio/index.ts";
import { newestTurn, reduceTurns, type Turn, type TurnAction } from "./turns.ts";

export type TalkMode = "push-to-talk" | "hands-free";

/** What the page knows of the assistant and of its own microphone and loudspeaker. */
export interface LiveState {
	connection: "connecting" | "online" | "offline";
	turns: readonly Turn[];
	/** Where the next older page of the history begins; undefined at its end, and before it was read. */
	older?: number;
	/** What the assistant said unasked and nobody has put away yet, oldest first. */
	announcements: readonly Announcement[];
	status?: SystemStatus;
	/** Models on their way, by name. */
	models: Readonly<Record<string, ServerEvent<"model:progress">>>;
	microphone:
		| { state: "off" | "opening" }
		/** `staying`: a command was heard, and its answer may be interrupted or answered. */
		| { state: "on"; mode: TalkMode; hearing: boolean; staying?: boolean }
		| { state: "problem"; problem: MicrophoneProblem };
	/** The turn that is spoken now. */
	speaking?: string;
	/** The browser waits for a click before it plays sound. */
	soundBlocked: boolean;
	/** Something to tell that belongs to no turn. */
	notice?: { message: string; fix?: string };
}

export interface Announcement extends ServerEvent<"announcement"> {
	id: string;
}

/** Announcements shown at once; older ones are in the conversation. */
const shownAnnouncements = 3;

export const initialLiveState: LiveState = {
	connection: "connecting",
	turns: [],
	announcements: [],
	models: {},
	microphone: { state: "off" },
	soundBlocked: false,
};

export type LiveAction =
	| TurnAction
	| { type: "connection"; connection: LiveState["connection"] }
	| { type: "status"; status: SystemStatus }
	| { type: "model"; model: ServerEvent<"model:progress"> }
	| { type: "microphone"; microphone: LiveState["microphone"] }
	| { type: "hearing"; hearing: boolean }
	| { type: "speaking"; turn: string | undefined }
	| { type: "soundBlocked"; blocked: boolean }
	| { type: "notice"; notice: LiveState["notice"] }
	| { type: "putAway"; announcements: readonly Announcement[] };

/** The page's state after an action. Pure. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
	switch (action.type) {
		case "connection":
			return state.connection === action.connection ? state : { ...state, connection: action.connection };
		case "status":
			return { ...state, status: action.status };
		case "model":
			return { ...state, models: { ...state.models, [action.model.model]: action.model } };
		case "microphone":
			return { ...state, microphone: action.microphone };
		case "hearing":
			return state.microphone.state === "on"
				? { ...state, microphone: { ...state.microphone, hearing: action.hearing } }
				: state;
		case "speaking":
			return { ...state, speaking: action.turn };
		case "soundBlocked":
			return state.soundBlocked === action.blocked ? state : { ...state, soundBlocked: action.blocked };
		case "notice":
			return { ...state, notice: action.notice };
		case "putAway":
			return { ...state, announcements: state.announcements.filter((each) => !action.announcements.includes(each)) };
		case "announced": {
			const { id, text, kind } = action;
			const announcements = [...state.announcements, { id, text, kind }].slice(-shownAnnouncements);
			return { ...state, announcements, turns: reduceTurns(state.turns, action) };
		}
		case "history":
			return { ...state, older: action.older, turns: reduceTurns(state.turns, action) };
		default: {
			const turns = reduceTurns(state.turns, action);
			return turns === state.turns ? state : { ...state, turns };
		}
	}
}

/** What the assistant is doing, in one word, for the microphone and its caption. */
export type Activity = "offline" | "idle" | "opening" | "waiting" | "hearing" | "thinking" | "speaking" | "problem";

/** Reads the activity off the state; what the person hears comes before what the machine does. */
export function activityOf(state: LiveState): Activity {
	if (state.connection !== "online") return "offline";
	const { microphone } = state;
	if (microphone.state === "on" && microphone.hearing) return "hearing";
	if (state.speaking !== undefined) return "speaking";
	if (isThinking(newestTurn(state.turns))) return "thinking";
	if (microphone.state === "on") return "waiting";
	return microphone.state === "off" ? "idle" : microphone.state;
}

function isThinking(turn: Turn | undefined): boolean {
	return turn?.heard === true && turn.said !== "" && turn.reply === undefined && turn.failure === undefined;
}
