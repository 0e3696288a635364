export * from "./date-time.ts";
export * from "./duration.ts";
export * from "./expression.ts";
export * from "./numbers.ts";
export * from "./say.ts";
export * from "./sound.ts";
export * from "./spoken.ts";
export * from "./wall-clock.ts";
