import { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Clock, Logger, TracesSettings } from "../contract/index.ts";
import { readPairs } from "./pairs.ts";

/** Least time between two complaints that the collector takes nothing, in milliseconds. */
const complainEveryMs = 60_000;

/**
 * Sends spans to the collector of the settings by OTLP over HTTP. What can't be sent is given up after a few tries
 * within the timeout, and told in the log once a minute.
 */
export async function createExporter(
	settings: TracesSettings & { endpoint: string },
	{ clock, log }: { clock: Clock; log: Logger },
): Promise<SpanExporter> {
	const { OTLPTraceExporter } = await (settings.protocol === "http/json"
		? import("@opentelemetry/exporter-trace-otlp-http")
		: import("@opentelemetry/exporter-trace-otlp-proto"));
	const inner: SpanExporter = new OTLPTraceExporter({
		url: settings.endpoint,
		headers: readPairs(settings.headers),
		timeoutMillis: settings.timeoutMs,
	});
	let complainedAt = Number.NEGATIVE_INFINITY;
	return {
		export(spans, done) {
			inner.export(spans, (result) => {
				const now = clock.now().getTime();
				if (result.code !== ExportResultCode.SUCCESS && now - complainedAt >= complainEveryMs) {
					complainedAt = now;
					const error = String(result.error?.message ?? "unknown").slice(0, 200);
					log.warn("traces can't be sent", { collector: new URL(settings.endpoint).host, error });
				}
				done(result);
			});
		},
		forceFlush: async () => inner.forceFlush?.(),
		shutdown: () => inner.shutdown(),
	};
}
