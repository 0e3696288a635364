import type { Page, SerializedAXNode } from "puppeteer-core";
import type { References } from "./references.ts";
import { cut } from "./tab.ts";

/** What can be acted on; the rest is only read. */
const controls = new Set([
	"link",
	"button",
	"textbox",
	"searchbox",
	"combobox",
	"listbox",
	"option",
	"checkbox",
	"radio",
	"switch",
	"slider",
	"spinbutton",
	"tab",
	"menuitem",
	"menuitemcheckbox",
	"menuitemradio",
	"treeitem",
	"gridcell",
	"DisclosureTriangle",
	"Date",
	"DateTime",
	"InputTime",
	"ColorWell",
]);

/** Longest name or value shown of one element. */
const textLimit = 200;
/** Longest snapshot kept of a page, in characters. */
const keepCharacters = 2_000_000;
/** How deep a tree is followed. */
const mostLevels = 200;

/** An element that can be acted on, as a person would speak of it. */
export interface Control {
	ref: string;
	role: string;
	name: string;
	url?: string;
	node: SerializedAXNode;
}

/** The page as assistive technology sees it, frames included: hidden things are not in it. */
export async function accessibilityTree(page: Page): Promise<SerializedAXNode | null> {
	return page.accessibility.snapshot({ includeIframes: true, interestingOnly: true });
}

/** Elements that can be acted on, in the order of the page. */
export function controlsOf(tree: SerializedAXNode | null, references: References): Control[] {
	const found: Control[] = [];
	walk(tree, (node) => {
		if (!controls.has(node.role)) return;
		const { role, name = "", url } = node;
		found.push({ ref: references.of(node), role, name, node, ...(url === undefined ? {} : { url }) });
	});
	return found;
}

/** The tree as indented lines, each control with its reference: `- link "Home" [e3] → https://…`. */
export function renderTree(tree: SerializedAXNode | null, references: References): string {
	const lines: string[] = [];
	let length = 0;
	walk(tree, (node, level, parent) => {
		if (length > keepCharacters || node === tree) return;
		// The text inside a named element says its name again.
		if (node.role === "StaticText" && (parent?.name === node.name || (node.name ?? "").trim() === "")) return;
		const line = `${"  ".repeat(Math.min(level - 1, 30))}- ${describe(node, references)}`;
		lines.push(line);
		length += line.length + 1;
	});
	return lines.join("\n");
}

function describe(node: SerializedAXNode, references: References): string {
	const { role, name = "" } = node;
	if (role === "StaticText") return `text "${cut(name, 500)}"`;
	const parts = [role === "RootWebArea" ? "document" : role];
	if (name !== "") parts.push(`"${cut(name, textLimit)}"`);
	if (controls.has(role)) parts.push(`[${references.of(node)}]`);
	if (node.level !== undefined) parts.push(`level ${node.level}`);
	for (const flag of ["disabled", "required", "focused", "expanded", "selected", "checked", "pressed"] as const) {
		const value = node[flag];
		if (value === true) parts.push(flag);
		else if (value === "mixed") parts.push(`${flag} in part`);
		else if (value === false && (flag === "expanded" || flag === "checked")) parts.push(`not ${flag}`);
	}
	if (node.value !== undefined && node.value !== "") parts.push(`= "${cut(String(node.value), textLimit)}"`);
	if (role === "link" && node.url !== undefined) parts.push(`→ ${cut(node.url, 300)}`);
	return parts.join(" ");
}

function walk(
	tree: SerializedAXNode | null,
	visit: (node: SerializedAXNode, level: number, parent: SerializedAXNode | undefined) => void,
): void {
	const step = (node: SerializedAXNode, level: number, parent: SerializedAXNode | undefined) => {
		visit(node, level, parent);
		if (level < mostLevels) for (const child of node.children ?? []) step(child, level + 1, node);
	};
	if (tree !== null) step(tree, 0, undefined);
}
