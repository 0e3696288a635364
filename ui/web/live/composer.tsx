import { type FormEvent, type KeyboardEvent, type RefObject, useState } from "react";

interface ComposerProps {
	field: RefObject<HTMLTextAreaElement | null>;
	draft: string;
	online: boolean;
	/** The question that the next text answers. */
	question: string | undefined;
	onDraft(text: string): void;
	/** False where it could not be sent: the words stay in the box. */
	onSend(text: string): boolean;
}

/** The text box: everything that can be said can be typed, also in several lines. What can't be sent stays where it is. */
export function Composer({ field, draft, online, question, onDraft, onSend }: ComposerProps) {
	const [kept, setKept] = useState(false);

	/** Enter sends, except the one that ends a word of an input method; with Shift it begins a line. */
	function press(event: KeyboardEvent) {
		if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
	}

	function submit(event: FormEvent | KeyboardEvent) {
		event.preventDefault();
		const text = draft.trim();
		if (text === "") return;
		const sent = onSend(text);
		setKept(!sent);
		if (sent) onDraft("");
	}

	return (
		<form onSubmit={submit} className="w-full">
			<label htmlFor="words" className="sr-only">
				{question === undefined ? "Type a command" : `Answer: ${question}`}
			</label>
			<div className="flex items-end gap-2 rounded-2xl border border-edge bg-surface p-1.5 pl-4 shadow-card focus-within:outline-2 focus-within:outline-accent">
				<textarea
					id="words"
					rows={1}
					ref={field}
					value={draft}
					onChange={(event) => onDraft(event.target.value)}
					onKeyDown={press}
					placeholder={question ?? "Or type…"}
					maxLength={4000}
					autoComplete="off"
					enterKeyHint="send"
					className="field-sizing-content max-h-[40dvh] min-w-0 flex-1 resize-none bg-transparent py-2 outline-none placeholder:text-soft"
				/>
				<button type="submit" aria-label="Send" className="button-primary grid size-11 shrink-0 place-items-center p-0">
					<svg viewBox="0 0 24 24" className="size-5" fill="none" aria-hidden="true">
						<path
							d="M12 19V5m0 0-6 6m6-6 6 6"
							className="stroke-current"
							strokeWidth="2"
							strokeLinecap="round"
							strokeLinejoin="round"
						/>
					</svg>
				</button>
			</div>
			<p role="status" className="mt-1.5 min-h-5 px-4 text-soft text-sm">
				{kept && draft !== ""
					? online
						? "Connected again: press Enter to send."
						: "Not connected. Your text is kept."
					: ""}
			</p>
		</form>
	);
}
