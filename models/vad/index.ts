export { createSilero, type Vad } from "./silero.ts";
export { joinSpans, type Span, speechSpans } from "./spans.ts";
