export { createSilero, type Vad, type VadStream } from "./silero.ts";
export { hasSpeech, joinSpans, type Span, type SpanOptions, speechSpans } from "./spans.ts";
