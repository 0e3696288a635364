export * from "./lists.ts";
export * from "./open.ts";
export * from "./schedules.ts";
