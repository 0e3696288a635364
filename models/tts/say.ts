import { execa } from "execa";
import say from "say";
import { AiosError } from "../../core/contract/index.ts";

export interface SpeechExport {
	platform: NodeJS.Platform;
	text: string;
	/** 1 is natural. */
	speed: number;
	/** The WAV file to write. */
	file: string;
	signal?: AbortSignal;
}

/** Longest wait for a sentence. */
const timeout = 30_000;

/** Whether this system has a voice that can write to a file: macOS and Windows always, Linux where flite is installed. */
export function hasSystemVoice(platform: NodeJS.Platform): boolean {
	return platform === "darwin" || platform === "win32" || (platform === "linux" && Bun.which("flite") !== null);
}

/**
 * Writes a sentence, spoken by the system's own voice, to a WAV file. Plays nothing.
 * Throws AiosError `upstream_failed` where the system's program fails.
 */
export async function exportSpeech({ platform, text, speed, file, signal }: SpeechExport): Promise<void> {
	try {
		if (platform === "linux") {
			const pace = ["--setf", `duration_stretch=${(1 / speed).toFixed(2)}`];
			const args = ["-voice", "rms", ...pace, "-t", text, "-o", file];
			// An empty environment: this process's own may hold secrets.
			await execa(Bun.which("flite") ?? "flite", args, { env: {}, extendEnv: false, timeout, cancelSignal: signal });
			return;
		}
		// The path becomes part of a PowerShell string; text that begins with a dash would be read as an option.
		if (file.includes("'")) throw new Error("the folder for temporary files has a quote in its name");
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error("the system's voice did not answer")), timeout);
			say.export(` ${text}`, undefined, speed, file, (error) => {
				clearTimeout(timer);
				if (error) reject(new Error(String(error)));
				else resolve();
			});
		});
	} catch (cause) {
		if (signal?.aborted) throw AiosError.from(signal.reason);
		const why = cause instanceof Error ? cause.message : String(cause);
		throw new AiosError("upstream_failed", `The system's voice failed: ${why}`, {
			cause,
			spoken: "The system's voice failed.",
		});
	}
}
