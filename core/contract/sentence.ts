/**
 * Sentence templates: `{slot}` takes an argument, `[words]` may be left out, `(a|b)` is either.
 * Matching ignores case, punctuation and fillers, so templates are plain lower-case words.
 */
type SlotsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | SlotsOf<Rest> : never;

/** The template itself, or, where it names a slot the input does not have, a text that says which. */
export type CheckedText<Text extends string, Slots extends string> = Text extends string
	? [Exclude<SlotsOf<Text>, Slots>] extends [never]
		? Text
		: `{${Exclude<SlotsOf<Text>, Slots>}} is not a field of the input`
	: never;
