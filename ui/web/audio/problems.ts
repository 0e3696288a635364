/** Why the microphone can't be used, and what the person can do about it. */
export interface MicrophoneProblem {
	kind: "insecure" | "refused" | "missing" | "busy" | "lost" | "other";
	title: string;
	fix: string;
}

const problems = {
	insecure: {
		title: "The browser only lets secure pages listen",
		fix: "Open this page as http://localhost (or 127.0.0.1) on the machine AIOS runs on, or through HTTPS. You can type meanwhile.",
	},
	refused: {
		title: "The microphone is blocked for this page",
		fix: "Click the icon left of the address, allow the microphone, then press the microphone again. You can type meanwhile.",
	},
	missing: {
		title: "No microphone was found",
		fix: "Plug one in or switch it on in the system's sound settings, then press the microphone again. You can type meanwhile.",
	},
	busy: {
		title: "The microphone can't be opened",
		fix: "Another program may be using it. Close that program, then press the microphone again.",
	},
	lost: {
		title: "The microphone went away",
		fix: "It was unplugged or switched off. Connect it again, then press the microphone.",
	},
} as const;

/** Gives the problem of a kind the page itself noticed. */
export function microphoneProblem(kind: keyof typeof problems): MicrophoneProblem {
	return { kind, ...problems[kind] };
}

/** Thrown where the microphone can't be used. */
export class MicrophoneError extends Error {
	override readonly name = "MicrophoneError";
	readonly problem: MicrophoneProblem;

	constructor(problem: MicrophoneProblem, cause?: unknown) {
		super(problem.title, { cause });
		this.problem = problem;
	}
}

/** Reads what `getUserMedia` or the audio system threw. */
export function microphoneProblemOf(thrown: unknown): MicrophoneProblem {
	if (thrown instanceof MicrophoneError) return thrown.problem;
	const name = thrown instanceof Error ? thrown.name : "";
	if (name === "NotAllowedError" || name === "SecurityError") return microphoneProblem("refused");
	if (name === "NotFoundError" || name === "OverconstrainedError") return microphoneProblem("missing");
	if (name === "NotReadableError" || name === "AbortError") return microphoneProblem("busy");
	return {
		kind: "other",
		title: "The microphone didn't start",
		fix: thrown instanceof Error ? thrown.message : String(thrown),
	};
}
