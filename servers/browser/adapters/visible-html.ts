/**
 * Runs inside the page, in a world its scripts can't reach: gives what a person sees as plain HTML, up to `limit`
 * characters. Hidden elements, scripts and form values are left out; open shadow trees and frames of the same site are
 * taken in; links are made absolute.
 */
export function collectVisible(limit: number): { html: string; cut: boolean } {
	const skipped = new Set("script style noscript template svg canvas video audio object embed head iframe".split(" "));
	const voids = new Set("br hr img wbr input".split(" "));
	const plain = "input select textarea option datalist".split(" ");
	const kept = ["id", "class", "role", "lang", "alt", "title", "colspan", "rowspan", "start", "datetime"];
	const mostLevels = 300;
	const parts: string[] = [];
	let length = 0;
	const escaped = (text: string) =>
		text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
	const push = (text: string) => {
		parts.push(text);
		length += text.length;
	};
	const isVisible = (element: Element) =>
		element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
		getComputedStyle(element).display === "contents";

	const attributes = (element: Element, tag: string): string => {
		let text = "";
		for (const name of kept) {
			const value = element.getAttribute(name);
			if (value !== null) text += ` ${name}="${escaped(value.slice(0, 300))}"`;
		}
		if (tag === "a" && "href" in element && /^(?:https?|mailto):/.test(String(element.href))) {
			text += ` href="${escaped(String(element.href).slice(0, 2_000))}"`;
		}
		if (tag === "img" && "src" in element && /^https?:/.test(String(element.src))) {
			text += ` src="${escaped(String(element.src).slice(0, 2_000))}"`;
		}
		return text;
	};

	const childrenOf = (element: Element): Iterable<Node> => {
		if (element.shadowRoot !== null) return element.shadowRoot.childNodes;
		if (element instanceof HTMLSlotElement) {
			const assigned = element.assignedNodes();
			return assigned.length > 0 ? assigned : element.childNodes;
		}
		return element.childNodes;
	};

	const take = (node: Node, level: number): void => {
		if (length > limit || level > mostLevels) return;
		if (node.nodeType === Node.TEXT_NODE) {
			push(escaped((node.nodeValue ?? "").slice(0, limit)));
			return;
		}
		if (node.nodeType !== Node.ELEMENT_NODE) return;
		const element = node as Element;
		const tag = element.localName;
		if (tag === "iframe" && isVisible(element)) {
			const inside = (element as HTMLIFrameElement).contentDocument?.body;
			if (inside) {
				push("<div>");
				for (const child of inside.childNodes) take(child, level + 1);
				push("</div>");
			}
			return;
		}
		if (skipped.has(tag) || plain.includes(tag) || !isVisible(element)) return;
		if (tag === "img" && (element.getAttribute("alt") ?? "") === "") return;
		// Words of a button stand apart from those beside it, and elements of the site's own are boxes.
		const name = tag === "button" ? "span" : /^[a-z][a-z0-9]*$/.test(tag) ? tag : "div";
		if (tag === "button") push(" ");
		push(`<${name}${attributes(element, tag)}>`);
		if (voids.has(name)) return;
		for (const child of childrenOf(element)) take(child, level + 1);
		push(`</${name}>${tag === "button" ? " " : ""}`);
	};

	for (const child of document.body?.childNodes ?? []) take(child, 0);
	const title = escaped(document.title.slice(0, 300));
	const language = escaped(document.documentElement.lang.slice(0, 35));
	const html = `<html lang="${language}"><head><title>${title}</title></head><body>${parts.join("")}</body></html>`;
	return { html, cut: length > limit };
}
