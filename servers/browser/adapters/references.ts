import type { ElementHandle, SerializedAXNode } from "puppeteer-core";
import { changed } from "./failures.ts";

/** References kept of one tab; past that the oldest are forgotten. */
const capacity = 20_000;

/** Short names for elements, the same for the same element as long as its page stands, and never used twice in a tab. */
export interface References {
	/** The reference of a node of the accessibility tree. */
	of(node: SerializedAXNode): string;
	/** The element behind a reference. Throws `conflict` where it is gone. */
	element(ref: string): Promise<ElementHandle>;
}

export function createReferences(): References {
	const names = new Map<string, string>();
	const nodes = new Map<string, SerializedAXNode>();
	let last = 0;
	return {
		of(node) {
			const key = identity(node);
			const known = key === undefined ? undefined : names.get(key);
			const ref = known ?? `e${++last}`;
			if (key !== undefined && known === undefined) {
				if (names.size >= capacity) {
					names.clear();
					nodes.clear();
				}
				names.set(key, ref);
			}
			nodes.set(ref, node);
			return ref;
		},
		async element(ref) {
			const handle = await nodes
				.get(ref)
				?.elementHandle()
				.catch(() => undefined);
			if (handle === null || handle === undefined) throw changed();
			return handle;
		},
	};
}

/** The node's place in its document: puppeteer gives both numbers without describing them in its types. */
function identity(node: SerializedAXNode): string | undefined {
	const id: unknown = Reflect.get(node, "backendNodeId");
	const loader: unknown = Reflect.get(node, "loaderId");
	return typeof id === "number" && typeof loader === "string" ? `${loader}:${id}` : undefined;
}
