import { randomUUID } from "node:crypto";
import {
	AiosError,
	type Channel,
	type Clock,
	type EventSink,
	type OpenSoundLine,
	type Principal,
	type SoundLine,
	serverEvents,
} from "../contract/index.ts";
import { serveSoundLines } from "../ipc/index.ts";
import type { VoiceLoop } from "../voice/index.ts";
import type { Send } from "./types.ts";

/** How often the person at a microphone is checked for a sign-in that was taken back, in milliseconds. */
const recheckMs = 2_000;

export interface Microphones {
	/** Where the voice loop sends its events: the voice to the line it is for, the rest to that person's pages. */
	events(send: Send): EventSink;
	/** Takes the microphones of another process, as clients of the voice loop. */
	serve(channel: Channel, voice: VoiceLoop): void;
}

interface Deps {
	/** The person as they are now; undefined once they were shut out. */
	renew(user: Principal): Principal | undefined;
	clock: Clock;
}

/** Microphones without a page: the machine's own and satellites, which the voice server's process reads. */
export function createMicrophones({ renew, clock }: Deps): Microphones {
	const lines = new Map<string, SoundLine>();

	function open(line: SoundLine, voice: VoiceLoop): OpenSoundLine {
		const id = `microphone:${randomUUID()}`;
		let user = line.user;
		const session = voice.open({
			id,
			get user() {
				return user;
			},
		});
		let cancelCheck = clock.after(recheckMs, check);
		const close = () => {
			cancelCheck();
			lines.delete(id);
			session.close();
		};
		function check(): void {
			const now = renew(user);
			if (now === undefined) {
				close();
				line.ended(new AiosError("unauthenticated", "The sign-in this microphone was opened with has ended."));
				return;
			}
			user = now;
			cancelCheck = clock.after(recheckMs, check);
		}
		lines.set(id, line);
		session.start({ mode: line.mode, session: line.session });
		return { push: (pcm) => session.push(pcm), close };
	}

	return {
		events: (send) => ({
			emit(name, payload, to) {
				const line = to?.client === undefined ? undefined : lines.get(to.client);
				if (line === undefined) return send(name, payload, to);
				if (name === "audio:cancel") return line.hushed();
				if (name === "audio:reply") return line.spoken(serverEvents["audio:reply"].parse(payload));
				send(name, payload, { user: line.user.id });
			},
		}),
		serve: (channel, voice) => serveSoundLines(channel, (line) => open(line, voice)),
	};
}
