/** The words of a text: lower case, no punctuation, apostrophes dropped ("what's" is "whats"). */
export function wordsOf(text: string): string[] {
	return (
		text
			.toLowerCase()
			.normalize("NFKD")
			.replaceAll(/[\p{M}'’]/gu, "")
			.match(/[\p{L}\p{N}]+/gu) ?? []
	);
}
