export * from "./audit.ts";
export * from "./credentials.ts";
export * from "./lists.ts";
export * from "./open.ts";
export * from "./people.ts";
export * from "./registrations.ts";
export * from "./schedules.ts";
export * from "./turns.ts";
