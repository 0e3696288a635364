import type { z } from "zod";

/**
 * What a slot of a spoken sentence is read as, and the value it gives:
 * - `text`: the words as said (string)
 * - `name`: a proper name, corrected by sound where the values are known (string)
 * - `number`, `integer`, `percent` (0 to 100): number
 * - `duration`: seconds (number)
 * - `date-time`: ISO 8601 with offset, in the future (string)
 * - `expression`: arithmetic in symbols, "3 * (4 + 5)" (string)
 * - `path`, `url`, `email`: string in written form ("github dot com" → "https://github.com")
 * - `folder`, `table`: a path that leads to a folder, or to a file of rows and columns
 * - `command`: a command line, program first (string)
 * - `keys`: keys by their names, "ctrl+shift+t", "page down" (string)
 * - `choice`: one value of the field's enum (string)
 */
export const slotKinds = [
	"text",
	"name",
	"number",
	"integer",
	"percent",
	"duration",
	"date-time",
	"expression",
	"path",
	"folder",
	"table",
	"command",
	"url",
	"email",
	"keys",
	"choice",
] as const;

export type SlotKind = (typeof slotKinds)[number];

/** The JSON Schema keyword that carries a field's slot kind, so that registered servers can use it too. */
export const slotKeyword = "x-slot";

/** Marks an input field with the way it is spoken; fields without a mark are read by their JSON type. */
export function slot<T extends z.ZodType>(kind: SlotKind, schema: T): T {
	return schema.meta({ ...schema.meta(), [slotKeyword]: kind });
}

/** The JSON Schema keyword of a field that a conversation goes on with: where it isn't said, the value said last is meant. */
export const carriedKeyword = "x-carried";

/** Marks an input field whose last value the next call of its server means where it says none: the repository worked in. */
export function carried<T extends z.ZodType>(schema: T): T {
	return schema.meta({ ...schema.meta(), [carriedKeyword]: true });
}
