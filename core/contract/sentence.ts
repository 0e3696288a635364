/**
 * Sentence templates: `{slot}` takes an argument, `{slot!}` one that is plainly of its kind ("notes.txt" is a path, "my
 * phone" is none), `[words]` may be left out, `(a|b)` is either.
 * Matching ignores case, punctuation and fillers, so templates are plain lower-case words.
 */
type SlotsOf<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
	? NameOf<Slot> | SlotsOf<Rest>
	: never;

type NameOf<Slot extends string> = Slot extends `${infer Name}!` ? Name : Slot;

/** The template itself, or, where it names a slot the input does not have, a text that says which. */
export type CheckedText<Text extends string, Slots extends string> = Text extends string
	? [Exclude<SlotsOf<Text>, Slots>] extends [never]
		? Text
		: `{${Exclude<SlotsOf<Text>, Slots>}} is not a field of the input`
	: never;
