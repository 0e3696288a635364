import { AsyncLocalStorage } from "node:async_hooks";
import {
	type Span as OpenTelemetrySpan,
	ROOT_CONTEXT,
	type SpanContext,
	SpanKind,
	SpanStatusCode,
	trace,
} from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
	BatchSpanProcessor,
	ParentBasedSampler,
	TraceIdRatioBasedSampler,
	TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
	AiosError,
	type Clock,
	type Logger,
	type Span,
	systemClock,
	type Tracer,
	type TracesSettings,
} from "../contract/index.ts";
import { createExporter } from "./exporter.ts";
import { readPairs } from "./pairs.ts";

/** Spans that wait to be sent; while the collector is away newer ones are dropped. */
const waitingSpans = 2_048;
/** Longest the last spans may hold up the end of the process, in milliseconds. */
const closeMs = 1_000;

/** Traces whose tracestate is remembered; the oldest are forgotten first. */
const keptStates = 1_000;
/** What may be a tracestate: W3C Trace Context asks for 512 characters to be passed on at least. */
const tracestate = /^[\x20-\x7e]{1,512}$/;

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

export interface Traces {
	tracer: Tracer;
	/** Sends what waits, within a second, and ends. */
	close(): Promise<void>;
}

export interface TracesDeps {
	settings: TracesSettings;
	/** The server whose process this is; absent in the main process. */
	server?: string;
	version: string;
	log: Logger;
	clock?: Clock;
}

/**
 * Opens tracing by OpenTelemetry's SDK; undefined where the settings name no collector. Whatever is wrong with the
 * collector or the SDK goes to the log and nowhere else.
 */
export async function openTraces(deps: TracesDeps): Promise<Traces | undefined> {
	const { settings, server, version, log, clock = systemClock } = deps;
	const { endpoint } = settings;
	if (endpoint === undefined) return undefined;
	const exporter = await createExporter({ ...settings, endpoint }, { clock, log });
	const provider = new TracerProvider({
		resource: resourceFromAttributes({
			...readPairs(settings.resource),
			"service.name": server === undefined ? settings.serviceName : `${settings.serviceName}-${server}`,
			"service.version": version,
			"service.instance.id": crypto.randomUUID(),
			"process.pid": process.pid,
		}),
		sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.sample) }),
		spanProcessors: [
			new BatchSpanProcessor({
				exporter,
				maxQueueSize: waitingSpans,
				scheduledDelayMillis: settings.delayMs,
				exportTimeoutMillis: settings.timeoutMs,
			}),
		],
	});
	const tracer = provider.getTracer("aios", version);
	const running = new AsyncLocalStorage<string>();
	const states = new Map<string, string>();
	function keepState(traceId: string, state: string): void {
		states.set(traceId, state);
		const oldest = states.keys().next();
		if (states.size > keptStates && !oldest.done) states.delete(oldest.value);
	}

	return {
		tracer: {
			content: settings.content,
			start(name, { parent, state, kind = "internal", at, attributes } = {}) {
				const remote = parent === undefined ? null : parseTraceParent(parent);
				if (remote !== null && state !== undefined && tracestate.test(state)) keepState(remote.traceId, state);
				const context =
					remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
				return wrap(
					tracer.startSpan(name, { kind: kinds[kind], startTime: at, attributes: { ...attributes } }, context),
				);
			},
			within: (span, work) => running.run(span.traceparent, work),
			current: () => running.getStore(),
			state: (traceparent) => states.get(parseTraceParent(traceparent)?.traceId ?? ""),
		},
		async close() {
			const sent = provider
				.shutdown()
				.catch((error) => log.debug("the last traces were lost", { error: String(error) }));
			await Promise.race([sent, Bun.sleep(closeMs)]);
		},
	};
}

function wrap(inner: OpenTelemetrySpan): Span {
	return {
		traceparent: written(inner.spanContext()),
		set: (attributes) => void inner.setAttributes({ ...attributes }),
		end({ error, at } = {}) {
			if (error !== undefined) {
				// The code alone: messages may hold what was said.
				inner.setAttribute("error.type", AiosError.from(error).code);
				inner.setStatus({ code: SpanStatusCode.ERROR });
			}
			inner.end(at);
		},
	};
}

/** W3C Trace Context, version 00. */
function written({ traceId, spanId, traceFlags }: SpanContext): string {
	return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
