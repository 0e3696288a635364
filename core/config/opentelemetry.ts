import type { Env } from "./data-dir.ts";
import type { Found } from "./environment.ts";

/** Answers that let words into traces; see the conventions for generative AI. */
const capturing = /^(true|span_only|span_and_event)$/i;

/**
 * Reads OpenTelemetry's own variables into the settings below `traces`, where they or `AIOS_TRACES_ENDPOINT` name a
 * collector; what is set by `AIOS_TRACES_…` wins. `OTEL_SDK_DISABLED=true` and `OTEL_TRACES_EXPORTER=none` switch off.
 */
export function readOpenTelemetry(env: Env): Found[] {
	const off = /^true$/i.test(env.OTEL_SDK_DISABLED ?? "") || env.OTEL_TRACES_EXPORTER?.trim() === "none";
	const shared = env.OTEL_EXPORTER_OTLP_ENDPOINT;
	if (off || !(shared || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.AIOS_TRACES_ENDPOINT)) return [];
	const found: Found[] = [];
	const take = (key: string, names: readonly string[], read: (raw: string) => unknown = (raw) => raw): void => {
		const variable = names.find((name) => env[name]);
		const value = variable === undefined ? undefined : read(env[variable] ?? "");
		if (variable !== undefined && value !== undefined) found.push({ path: ["traces", key], variable, value });
	};
	take("endpoint", ["OTEL_EXPORTER_OTLP_ENDPOINT"], (base) => `${base.replace(/\/+$/, "")}/v1/traces`);
	take("endpoint", ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]);
	take("headers", ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]);
	take("protocol", ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]);
	take("timeoutMs", ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"], number);
	take("delayMs", ["OTEL_BSP_SCHEDULE_DELAY"], number);
	take("serviceName", ["OTEL_SERVICE_NAME"]);
	take("resource", ["OTEL_RESOURCE_ATTRIBUTES"]);
	take("sample", ["OTEL_TRACES_SAMPLER"], (sampler) => share(sampler, env.OTEL_TRACES_SAMPLER_ARG));
	take("content", ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"], (raw) => capturing.test(raw));
	return found;
}

/** A number where it is one; else the text itself, for the schema to refuse by its name. */
function number(raw: string): unknown {
	return /^\d+$/.test(raw) ? Number(raw) : raw;
}

/** The share of new traces a sampler keeps: ours heeds the parent in any case. */
function share(sampler: string, argument: string | undefined): unknown {
	if (sampler.endsWith("always_on")) return 1;
	if (sampler.endsWith("always_off")) return 0;
	if (sampler.endsWith("traceidratio")) return argument === undefined || argument === "" ? 1 : Number(argument);
	return sampler;
}
