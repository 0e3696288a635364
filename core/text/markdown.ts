/**
 * Text without its markup: headings, emphasis, list marks, tables, links (their text stays) and code fences (whose
 * contents nobody wants to hear) are gone; lines become sentences.
 */
export function withoutMarkup(text: string): string {
	return text
		.replaceAll(/```[^`]*(?:```|$)/g, " The code is on the page. ")
		.replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
		.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
		.replaceAll(/<\/?[a-zA-Z][^<>]{0,200}>/g, " ")
		.replaceAll(/`([^`]*)`/g, "$1")
		.split(/\r?\n/)
		.map(plainLine)
		.filter((line) => line !== "")
		.join("\n");
}

function plainLine(line: string): string {
	if (/^\s*(?:[-*_]\s*){3,}$/.test(line) || /^[\s|:-]+$/.test(line)) return "";
	const plain = line
		.replace(/^\s*>+\s?/, "")
		.replace(/^\s*#{1,6}\s+/, "")
		.replace(/^\s*[-*+•]\s+(?:\[[ xX]\]\s+)?/, "")
		.replaceAll(/(\*\*|__|~~)(?=\S)([^*_~]+?)\1/g, "$2")
		.replaceAll(/(?<![\w*])[*_](?=\S)([^*_]+?)[*_](?![\w*])/g, "$1")
		.trim();
	if (!plain.startsWith("|")) return plain;
	return plain
		.replace(/^\|/, "")
		.replace(/\|$/, "")
		.split("|")
		.map((cell) => cell.trim())
		.join(", ");
}
