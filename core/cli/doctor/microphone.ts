import { setTimeout as sleep } from "node:timers/promises";
import { AiosError } from "../../contract/index.ts";
import { findRecorder, type Program } from "../../sound/index.ts";
import { childEnvironment } from "../audio/environment.ts";
import type { Finding } from "./finding.ts";

/** Half a second of 16 kHz mono 16-bit sound. */
const enough = 16_000;

/** Longest wait for a microphone to deliver it. */
const patienceMs = 4_000;

const page = "The page can still use the microphone of the device it is opened on.";

/**
 * Whether the terminal's microphone works, by recording half a second with the system's recorder.
 * Exact zeros mean a muted or a forbidden microphone: no real one is that quiet.
 */
export async function lookAtMicrophone(recorder: () => Program = ownRecorder): Promise<Finding> {
	const base = { part: "microphone", essential: false };
	let program: Program;
	try {
		program = recorder();
	} catch (error) {
		const { message, fix } = AiosError.from(error);
		return { ...base, ok: false, what: `${message} ${page}`, ...(fix && { fix }) };
	}
	const { sound, complaint } = await record(program);
	if (sound.length < enough) {
		const why = complaint === "" ? "no sound came" : complaint;
		return {
			...base,
			ok: false,
			what: `${program.command} heard nothing: ${why}. ${page}`,
			fix: "Connect a microphone, choose it in the system's sound settings, and let this terminal use it.",
		};
	}
	if (sound.every((byte) => byte === 0)) {
		return {
			...base,
			ok: false,
			what: `${program.command} records nothing but silence. ${page}`,
			fix: "Unmute the microphone in the system's sound settings, and let this terminal use it.",
		};
	}
	return { ...base, ok: true, what: `The microphone is heard by ${program.command}.` };
}

function ownRecorder(): Program {
	return findRecorder({ env: childEnvironment() });
}

async function record({ command, args }: Program): Promise<{ sound: Uint8Array; complaint: string }> {
	const child = Bun.spawn([command, ...args], {
		env: childEnvironment(),
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
		timeout: patienceMs,
		killSignal: "SIGKILL",
	});
	const complaint = new Response(child.stderr).text();
	const pieces: Uint8Array[] = [];
	let length = 0;
	for await (const piece of child.stdout) {
		pieces.push(piece);
		length += piece.length;
		if (length >= enough) break;
	}
	child.kill("SIGKILL");
	await child.exited;
	// A process that the recorder left behind may hold its stderr open.
	const said = length >= enough ? "" : await Promise.race([complaint, sleep(500, "")]);
	return { sound: Buffer.concat(pieces), complaint: lastLine(said) };
}

function lastLine(text: string): string {
	return text.trim().split("\n").at(-1)?.trim().replace(/\.$/, "") ?? "";
}
