import { type JsonSchema, type SlotKind, slotKeyword, slotKinds } from "../contract/index.ts";

/** A field of a tool's input as it is spoken. */
export interface Slot {
	name: string;
	kind: SlotKind;
	/** The values a `choice` or `name` may take. */
	values: readonly (string | number)[];
	/** A list of such values. */
	many: boolean;
	schema: JsonSchema;
}

function isSchema(value: unknown): value is JsonSchema {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema itself or, where it is one of several, the first that is not null. */
function plain(schema: JsonSchema): JsonSchema {
	const variants = [schema.anyOf, schema.oneOf].find(Array.isArray);
	const first: unknown = variants?.find((variant: unknown) => isSchema(variant) && variant.type !== "null");
	return isSchema(first) ? { ...first, ...schema } : schema;
}

function isKind(value: unknown): value is SlotKind {
	return slotKinds.some((kind) => kind === value);
}

function kindOf(schema: JsonSchema): SlotKind {
	if (isKind(schema[slotKeyword])) return schema[slotKeyword];
	if (Array.isArray(schema.enum) || schema.type === "boolean") return "choice";
	if (schema.type === "number") return "number";
	if (schema.type === "integer") return "integer";
	if (schema.format === "email") return "email";
	if (schema.format === "uri") return "url";
	if (schema.format === "date-time") return "date-time";
	return "text";
}

function isScalar(value: unknown): value is string | number {
	return typeof value === "string" || typeof value === "number";
}

/** The fields of a tool's input by name, and which of them must be there. */
export function slotsOfInput(input: JsonSchema): { slots: Map<string, Slot>; required: Set<string> } {
	const properties = isSchema(input.properties) ? input.properties : {};
	const slots = new Map<string, Slot>();
	for (const [name, value] of Object.entries(properties)) {
		if (!isSchema(value)) continue;
		const outer = plain(value);
		const many = outer.type === "array";
		const schema = many && isSchema(outer.items) ? plain({ ...outer.items, [slotKeyword]: outer[slotKeyword] }) : outer;
		const listed: unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
		slots.set(name, { name, kind: kindOf(schema), values: listed.filter(isScalar), many, schema });
	}
	const listed: unknown[] = Array.isArray(input.required) ? input.required : [];
	const required = listed.filter((name): name is string => typeof name === "string");
	// A field with a default is filled in by the server, whatever the schema says of it.
	return { slots, required: new Set(required.filter((name) => !("default" in (slots.get(name)?.schema ?? {})))) };
}

/** What is wrong with a value of a field, as a sentence; undefined when nothing is. */
export function complaint(slot: Slot, value: unknown): string | undefined {
	const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, maxLength } = slot.schema;
	const name = slot.name.replaceAll("_", " ");
	if (typeof value === "number" && slot.kind !== "duration") {
		const least = typeof minimum === "number" ? minimum : exclusiveMinimum;
		const most = typeof maximum === "number" ? maximum : exclusiveMaximum;
		const tooSmall = typeof least === "number" && (value < least || value === exclusiveMinimum);
		const tooLarge = typeof most === "number" && (value > most || value === exclusiveMaximum);
		if (!tooSmall && !tooLarge) return undefined;
		if (typeof least !== "number" || Math.abs(least) > 1e15) return `The ${name} can be at most ${String(most)}.`;
		if (typeof most !== "number" || Math.abs(most) > 1e15) return `The ${name} must be at least ${least}.`;
		return `The ${name} must be between ${least} and ${most}.`;
	}
	if (typeof value === "number" && typeof maximum === "number" && value > maximum) return "That is too long.";
	if (typeof value === "string" && typeof maxLength === "number" && value.length > maxLength)
		return "That is too long.";
	return undefined;
}
