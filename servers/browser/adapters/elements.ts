import type { ElementHandle } from "puppeteer-core";
import { AiosError } from "../../../core/contract/index.ts";
import { soundsLike } from "../../../core/text/index.ts";
import { accessibilityTree, type Control, controlsOf } from "./snapshot.ts";
import { cut, type Tab } from "./tab.ts";

/** How alike a said name must sound to an element's, and how far ahead of the next it must be. */
const leastAlike = 0.72;
const margin = 0.04;

/** How an element is spoken of: by reference, by name, by its number among its kind, or by both of the latter. */
export interface Target {
	ref?: string;
	name?: string;
	/** 1 is the first; -1 the last. */
	nth?: number;
	/** Kinds it may be of. */
	roles?: readonly string[];
}

/** What fields of a form are. */
export const fieldRoles = ["textbox", "searchbox", "combobox", "spinbutton", "checkbox", "radio", "switch", "listbox"];

/** The element meant. Throws `not_found` with what there is instead, `conflict` where a reference is stale or two fit. */
export async function findElement(
	tab: Tab,
	target: Target,
): Promise<{ handle: ElementHandle; name: string; url?: string }> {
	if (target.ref !== undefined) return { handle: await tab.references.element(target.ref), name: target.ref };
	await tab.checkLoaded();
	const control = choose(controlsOf(await accessibilityTree(tab.page), tab.references), target);
	const handle = await tab.references.element(control.ref);
	return { handle, name: cut(control.name, 80), ...(control.url === undefined ? {} : { url: control.url }) };
}

/** The control a person speaks of. Exported for its own tests. */
export function choose(controls: readonly Control[], { name, nth, roles }: Target): Control {
	const kind = roles?.length === 1 ? roles[0] : "element";
	const ofKind = roles === undefined ? controls : controls.filter(({ role }) => roles.includes(role));
	const fitting = name === undefined ? ofKind : named(ofKind, name);
	const at = nth === undefined ? 0 : nth < 0 ? fitting.length + nth : nth - 1;
	const found = fitting[at];
	if (found !== undefined) {
		const rival = fitting[at + 1];
		if (name !== undefined && nth === undefined && rival !== undefined && !sameAs(found, rival)) {
			throw new AiosError("conflict", `Several fit "${name}": ${list(fitting)}.`, {
				fix: "Say more of its name, its number, or use its reference.",
				spoken: `Several fit ${name}. Say more of its name, or which number it is.`,
			});
		}
		return found;
	}
	if (name === undefined && ofKind.length > 0) {
		throw new AiosError("not_found", `The page has ${ofKind.length} of them, not ${nth}.`);
	}
	throw new AiosError("not_found", `There is no ${kind}${name === undefined ? "" : ` named "${name}"`} on the page.`, {
		...(ofKind.length > 0 ? { fix: `There are ${list(ofKind)}.` } : {}),
		spoken: `I see no ${kind}${name === undefined ? "" : ` named ${name}`} here.`,
	});
}

/** Those that bear the name: as written, else as a part, else the one that clearly sounds most like it. */
function named(controls: readonly Control[], name: string): Control[] {
	const wanted = plain(name);
	const exact = controls.filter((control) => plain(control.name) === wanted);
	if (exact.length > 0) return exact;
	const part = controls.filter((control) => ` ${plain(control.name)} `.includes(` ${wanted} `));
	if (part.length > 0) return part;
	const scored = controls
		.map((control) => ({ control, alike: soundsLike(wanted, plain(control.name).slice(0, 200)) }))
		.filter(({ alike }) => alike >= leastAlike)
		.sort((a, b) => b.alike - a.alike);
	const best = scored[0];
	if (best === undefined) return [];
	return scored.filter(({ alike }) => best.alike - alike < margin).map(({ control }) => control);
}

/** Links to the same place are the same to a person: a picture and its caption. */
function sameAs(one: Control, other: Control): boolean {
	return one.url !== undefined && one.url === other.url;
}

function plain(text: string): string {
	return text
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, " ")
		.trim();
}

function list(controls: readonly Control[]): string {
	const names = [...new Set(controls.map(({ role, name }) => `${role} "${cut(name, 40)}"`))];
	return `${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}
