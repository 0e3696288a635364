import type { z } from "zod";
import type { Clock, Logger } from "./ports.ts";
import type { BuiltInRole, Principal } from "./principal.ts";
import type { CheckedText } from "./sentence.ts";

/**
 * What a call does to the world, and the only source of MCP hints, confirmation and colour:
 * `read` changes nothing, `write` changes what can be changed back, `destructive` loses something,
 * `outbound` reaches a person or a service outside this machine.
 */
export type Effect = "read" | "write" | "destructive" | "outbound";

export interface Progress {
	progress: number;
	total?: number;
	message?: string;
}

/** What a running tool gets besides its input and adapters. */
export interface ToolContext {
	/** Aborted when the caller gives up or the deadline passes; a tool stops its work then. */
	signal: AbortSignal;
	progress(update: Progress): void;
	/** Keeps what the work prints, for reading on also while it runs; only where its tool has a handle (core/work). */
	write?(text: string): void;
	user: Principal;
	/** The conversation the call belongs to: `repeat` and "cancel it" look there. */
	session: string;
	/** It was asked for in words, spoken or typed: a person waits for the answer. */
	words?: boolean;
	clock: Clock;
	log: Logger;
}

export interface Voice {
	sentences: readonly string[];
	/** Sentences that also fix arguments nobody says: "mute" means `{ mute: true }`. */
	fixed?: readonly { text: string; values: Readonly<Record<string, unknown>> }[];
	/**
	 * Sentences that mean it only right after another call of the same server, `after` its tool (by default this one):
	 * "and in {place}". What they leave unsaid is taken from that call, field by field of the same name.
	 */
	followUps?: readonly { text: string; after?: string; values?: Readonly<Record<string, unknown>> }[];
	/** Sentences people say for it in other words, for matching by meaning. */
	examples?: readonly string[];
	/** What to ask when a required value was not said, by field. */
	ask?: Readonly<Record<string, string>>;
}

/** An image or file a result shows on the page besides its data. */
export interface Attachment {
	mimeType: string;
	/** Base64. */
	data: string;
	name?: string;
}

/** A request body that is one field of the input as it is: `field` gets its bytes in base64, other fields come as query. */
export interface RawBody {
	mimeTypes: readonly string[];
	field: string;
	/** Largest body taken, which may be more than other routes take. */
	maxBytes: number;
}

export interface Tool<
	I extends z.ZodObject = z.ZodObject,
	O extends z.ZodObject = z.ZodObject,
	// biome-ignore lint/suspicious/noExplicitAny: the adapters' type is checked where the server is defined
	A = any,
> {
	name: string;
	title: string;
	description: string;
	effect: Effect;
	/** True where the same call twice leaves the world as once does (MCP's idempotentHint). Reads always are. */
	idempotent: boolean;
	/**
	 * True where its result carries what strangers wrote and the network brought: pages, mail, messages, issues. Once a
	 * conversation has read some, its words may be theirs, and what writes is asked about first. The only such mark there is.
	 */
	outside?: boolean;
	/**
	 * True for a write that is never asked about: it stays here, shows at once and is undone by a word (a timer, a list,
	 * the volume), or it only stops what was begun.
	 */
	harmless?: boolean;
	/**
	 * True where it leaves something in its server's process for the person's next call, or uses what was left there: a
	 * command that goes on, a test run, a sign-in. Of a server's copies one and the same gets them, and that one stays.
	 * Only servers that may have copies say so.
	 */
	stateful?: boolean;
	/** The least role that may call it. */
	role: BuiltInRole;
	input: I;
	output: O;
	voice: { en: Voice };
	/** Milliseconds after which the call is stopped. */
	timeoutMs: number;
	/** A body `POST /TOOL` takes instead of JSON. */
	body?: RawBody;
	/** The sentence read back before a call that needs confirming. Bound to these exact arguments. */
	summary: (input: z.output<I>) => string;
	/** One or two sentences to speak. */
	say: (output: z.output<O>, input: z.output<I>) => string;
	attachments?: (output: z.output<O>) => Attachment[];
	/**
	 * Turns what was said into what it stands for before the call is made or confirmed: a name into an address, "the last
	 * one" into an id, "my downloads" into a path. The summary is made from what it gives, and the confirmation is bound to
	 * it. Changes nothing. Where it can't tell, it throws an AiosError whose `details.ask` is `{ slot, question }`: the
	 * answer becomes that slot's value. `details.choices` are what the question offers, in its order ("the second one").
	 */
	resolve?: (input: z.output<I>, adapters: A, context: ToolContext) => Promise<z.output<I>> | z.output<I>;
	run: (input: z.output<I>, adapters: A, context: ToolContext) => Promise<z.output<O>> | z.output<O>;
}

interface ToolSpec<
	I extends z.ZodObject,
	O extends z.ZodObject,
	A,
	Text extends string,
	Fixed extends string,
	FollowUp extends string,
> extends Omit<Tool<I, O, A>, "voice" | "timeoutMs" | "role" | "idempotent" | "summary"> {
	voice: {
		en: Omit<Voice, "sentences" | "fixed" | "followUps" | "ask"> & {
			sentences: readonly CheckedText<Text, keyof z.input<I> & string>[];
			fixed?: readonly { text: CheckedText<Fixed, keyof z.input<I> & string>; values: Partial<z.input<I>> }[];
			followUps?: readonly {
				text: CheckedText<FollowUp, keyof z.input<I> & string>;
				after?: string;
				values?: Partial<z.input<I>>;
			}[];
			ask?: { readonly [K in keyof z.input<I>]?: string };
		};
	};
	idempotent?: boolean;
	role?: BuiltInRole;
	timeoutMs?: number;
	summary?: (input: z.output<I>) => string;
}

/** Longest a call may take where the tool does not say: below the 60 s after which MCP clients give up. */
const defaultTimeoutMs = 30_000;

/**
 * Defines a tool once, as data with a handler. `voice.en.sentences` is checked against `input` at compile time:
 * a misspelt `{slot}` does not compile. Annotate the second parameter of `run` with the server's adapters type.
 */
export function defineTool<
	I extends z.ZodObject,
	O extends z.ZodObject,
	const Text extends string,
	const Fixed extends string = never,
	const FollowUp extends string = never,
	A = unknown,
>(spec: ToolSpec<I, O, A, Text, Fixed, FollowUp>): Tool<I, O, A> {
	return {
		...spec,
		idempotent: spec.idempotent ?? spec.effect === "read",
		role: spec.role ?? (spec.effect === "read" ? "guest" : "user"),
		timeoutMs: spec.timeoutMs ?? defaultTimeoutMs,
		summary: spec.summary ?? ((input) => describeCall(spec, input)),
	} as Tool<I, O, A>;
}

/** What was asked for, in the field's own names; what nobody said (a default, an empty list) is left out. */
function describeCall({ title, input: { shape } }: { title: string; input: z.ZodObject }, input: object): string {
	const said = Object.entries(input)
		.filter(([key, value]) => value !== undefined && !isLeftOut(shape[key], value))
		.map(([key, value]) => `${key.replaceAll("_", " ")} ${typeof value === "string" ? value : JSON.stringify(value)}`);
	return said.length === 0 ? title : `${title}: ${said.join(", ")}`;
}

function isLeftOut(field: z.core.$ZodType | undefined, value: unknown): boolean {
	if (Array.isArray(value) && value.length === 0) return true;
	const def = field?._zod.def;
	return def !== undefined && "defaultValue" in def && JSON.stringify(def.defaultValue) === JSON.stringify(value);
}
