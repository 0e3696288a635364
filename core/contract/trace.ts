import { z } from "zod";

/** Where traces go; without an `endpoint` nothing is traced, and nothing of it is loaded. */
export const tracesSchema = z.strictObject({
	/** The full address of an OpenTelemetry collector's traces, as in http://127.0.0.1:4318/v1/traces. */
	endpoint: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).optional(),
	/** Sent along, as in `api-key=abc,tenant=home`; values are percent-encoded. */
	headers: z.string().default(""),
	protocol: z.enum(["http/protobuf", "http/json"]).default("http/protobuf"),
	/** Milliseconds the collector has to answer. */
	timeoutMs: z.number().int().min(1).max(60_000).default(10_000),
	/** Milliseconds between two exports. */
	delayMs: z.number().int().min(10).max(60_000).default(5_000),
	/** What the main process is called; the servers' processes add their names. */
	serviceName: z.string().min(1).default("aios"),
	/** Further attributes of the resource, written as `headers` are. */
	resource: z.string().default(""),
	/** Share of traces begun here that are kept, 0 to 1; one begun elsewhere is kept where its beginner kept it. */
	sample: z.number().min(0).max(1).default(1),
	/** Whether words said, arguments and answers go along too; what is named like a secret never does. */
	content: z.boolean().default(false),
});
export type TracesSettings = z.output<typeof tracesSchema>;

/** What a span says of itself, under the names of OpenTelemetry's conventions where there are any. */
export type TraceAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
	/** W3C traceparent of what it is a part of; without one (or with one that is none) it begins a trace. */
	parent?: string;
	/** W3C tracestate that came with `parent`: other tracers' own, passed on as it is to whoever is asked next. */
	state?: string | undefined;
	/** `server` answers another process, `client` asks one; `internal` by default. */
	kind?: "internal" | "server" | "client";
	/** Wall-clock milliseconds at which it began; now when absent. */
	at?: number;
	attributes?: TraceAttributes;
}

export interface Span {
	/** W3C traceparent for whatever is a part of it, here or in another process. */
	readonly traceparent: string;
	set(attributes: TraceAttributes): void;
	/** Ends it now or at `at` (wall-clock milliseconds), as failed where there is an `error`. A second call does nothing. */
	end(outcome?: { error?: unknown; at?: number }): void;
}

/** Watches the way of a turn and never steers it: nothing here throws, waits or changes what it watches. */
export interface Tracer {
	/** Whether words said, arguments and answers may become attributes. */
	readonly content: boolean;
	start(name: string, options?: SpanOptions): Span;
	/** Does the work with the span as the {@link Tracer.current} one of everything it starts. */
	within<T>(span: Span, work: () => T): T;
	/** The traceparent of the span that this work belongs to. */
	current(): string | undefined;
	/** The tracestate of the trace that a traceparent belongs to. */
	state(traceparent: string): string | undefined;
}

/**
 * Does the work as a span that ends with it. Without a tracer it is the work alone, so whatever costs time to
 * tell belongs into `options`, which is then never called.
 */
export async function traced<T>(
	tracer: Tracer | undefined,
	name: string,
	options: () => SpanOptions,
	work: (span: Span | undefined) => Promise<T> | T,
): Promise<T> {
	if (tracer === undefined) return work(undefined);
	const span = tracer.start(name, options());
	try {
		const result = await work(span);
		span.end();
		return result;
	} catch (error) {
		span.end({ error });
		throw error;
	}
}
