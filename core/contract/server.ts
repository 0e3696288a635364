import type { z } from "zod";
import type { Clock, Logger } from "./ports.ts";
import type { Principal } from "./principal.ts";
import type { Reply } from "./reply.ts";
import type { SpeechEngines } from "./speech.ts";
import type { Tool } from "./tool.ts";

/** One outside part a server needs: a browser, an account, a display. */
export interface Requirement {
	name: string;
	ok: boolean;
	/** What was found, or what is missing. */
	detail: string;
	/** What to do when it is not ok. */
	fix?: string;
}

/** The folders below which tools may reach files, those below them that stay closed, and what `~` stands for. */
export interface FolderAccess {
	/** The first is where relative paths begin. */
	allowed: readonly string[];
	/** AIOS's own data, whose files guard the tools. */
	denied: readonly string[];
	home?: string;
}

/** What a server's adapters are made from. */
export interface ServerDeps<Settings = unknown> {
	/** The server's own section of the settings, validated against its `settings` schema. */
	settings: Settings;
	/** A folder of the server's own below the data folder, mode 700. */
	dataDir: string;
	/** The environment for child processes: what programs need (PATH, HOME, DISPLAY…) and none of our secrets. */
	childEnv: Readonly<Record<string, string>>;
	/** Where tools may reach files: what core/files is opened with. */
	folders: FolderAccess;
	clock: Clock;
	log: Logger;
	/** Speech engines of this process; only the voice server's process has them. */
	speech?: SpeechEngines;
	/** Runs a command as if it had been typed, for the given person; aborting `signal` stops it. */
	command?(text: string, session: string, user: Principal, signal?: AbortSignal): Promise<Reply>;
	/** Opens a way for sound to the assistant that is not a page's; only the voice server's process has it. */
	listen?(line: SoundLine): Promise<OpenSoundLine>;
	/**
	 * Makes the assistant say something of its own accord (a timer is due). A promise resolves when somebody heard it, and
	 * until then the announcement is still the caller's to keep; without one it counts as heard at once.
	 */
	announce?(announcement: Announcement): void | Promise<void>;
}

/** A microphone and a loudspeaker without a page, and who is at them. PCM is signed 16-bit little-endian mono. */
export interface SoundLine {
	user: Principal;
	session: string;
	/** In `push-to-talk` everything said is meant for the assistant, in `hands-free` what follows the wake phrase. */
	mode: "push-to-talk" | "hands-free";
	/** A piece of the assistant's voice, as it is made. */
	spoken(piece: { turn: string; sampleRate: number; pcm: Uint8Array; last: boolean }): void;
	/** The assistant falls silent: what was not played yet is dropped. */
	hushed(): void;
	/** The assistant no longer listens here. */
	ended(error: Error): void;
}

export interface OpenSoundLine {
	/** Takes 16 kHz sound, in pieces of any length. */
	push(pcm: Uint8Array): void;
	close(): void;
}

export interface Announcement {
	text: string;
	/** `alarm` repeats until stopped; `notice` is said once. */
	kind: "notice" | "alarm";
	/** Whom it is for; every signed-in person when absent. */
	userId?: string;
}

export interface ServerDefinition {
	name: string;
	title: string;
	description: string;
	/** Port at the default settings; null for the main server, which answers on the gateway's. */
	port: number | null;
	/** What a language model should know before using the tools (MCP server instructions). */
	instructions?: string;
	settings?: z.ZodObject;
	// biome-ignore lint/suspicious/noExplicitAny: erased here, checked by defineServer
	tools: readonly Tool<any, any, any>[];
	// biome-ignore lint/suspicious/noExplicitAny: erased here, checked by defineServer
	adapters(deps: ServerDeps<any>): Promise<any> | any;
	// biome-ignore lint/suspicious/noExplicitAny: erased here, checked by defineServer
	requirements?(adapters: any): Promise<Requirement[]>;
}

interface ServerSpec<A, S extends z.ZodObject>
	extends Omit<ServerDefinition, "tools" | "adapters" | "requirements" | "settings"> {
	settings?: S;
	// biome-ignore lint/suspicious/noExplicitAny: tools of one server differ in input and output
	tools: readonly Tool<any, any, A>[];
	/** Makes the outside world this server touches. Adapters with a `close()` are closed on stop. */
	adapters(deps: ServerDeps<z.output<S>>): Promise<A> | A;
	/** What of the outside world is there, for the status page and `aios doctor`. Quick, and never throws. */
	requirements?(adapters: A): Promise<Requirement[]>;
}

/** Defines a server: its name, port, tools, settings and how it makes its adapters. Importing a definition starts nothing. */
export function defineServer<A, S extends z.ZodObject = z.ZodObject>(spec: ServerSpec<A, S>): ServerDefinition {
	const names = new Set<string>();
	for (const tool of spec.tools) {
		if (names.has(tool.name)) throw new Error(`server ${spec.name} defines the tool ${tool.name} twice`);
		names.add(tool.name);
	}
	return spec;
}
